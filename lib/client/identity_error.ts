/**
 * The server may not be the one that the user means, so the client sends nothing. The
 * message says what that can mean and what to do.
 */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
}
