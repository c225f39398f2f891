/** What the prompt says if others on the network can read along. */
export const PLAIN_MARK = ", not encrypted";
