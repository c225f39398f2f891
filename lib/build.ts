/**
 * The commit that a packed program was made from; `packaging/stage.ts` writes it
 * here in its copy of the sources. Run from the sources, nobody knows.
 */
export const COMMIT: string | undefined = undefined;
