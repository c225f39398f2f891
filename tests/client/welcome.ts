/** The shortest answer of a server to `hello`. */
export const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Ann",
  text: "Hi",
  users: ["Ann"],
} as const;
