/**
 * A decision made when the user began a line, such as its recipient. The editor keeps
 * it with the line and does not interpret it.
 */
export type DraftBinding = {
  /** The prompt before the line while it is being typed. */
  readonly prompt: string;
  /** Whether the line must not be stored when the program ends. */
  readonly isPrivate: boolean;
};

/**
 * Decides about a line being typed. Called for each change; `before` is the result of
 * the last call for the same line.
 */
export type BindDraft = (
  text: string,
  before: DraftBinding | undefined,
) => DraftBinding | undefined;

/** A typed line with the decision made when the user began it. */
export type BoundLine = {
  readonly text: string;
  readonly binding?: DraftBinding | undefined;
  /** Whether the user typed it at a question, instead of an answer. */
  readonly atQuestion?: boolean;
};

/**
 * Returns the binding that a restored line keeps: only a private one. Other lines are
 * bound again.
 */
export function lasting(
  binding: DraftBinding | undefined,
): DraftBinding | undefined {
  return binding?.isPrivate ? binding : undefined;
}
