/**
 * The commit that a packed program was built from; `packaging/stage.ts` writes it into
 * its copy of this file. `undefined` when the program runs from the sources.
 */
export const COMMIT: string | undefined = undefined;
