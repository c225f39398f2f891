/**
 * The manifests of a release for winget and Scoop, from the templates in
 * packaging/winget and packaging/scoop.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

const TEMPLATES = [
  "winget/messenger.yaml",
  "winget/messenger.installer.yaml",
  "winget/messenger.locale.en-US.yaml",
  "scoop/messenger.json",
];

export type Release = {
  /** The address of the project, `https://host/owner/name`. */
  readonly repository: string;
  /** SHA-256 of the zip for Windows x64, in hexadecimal. */
  readonly sum: string;
};

/**
 * Returns the manifests, by path. Throws `TypeError` if `repository` is not such an
 * address.
 */
export async function manifests(
  { repository, sum }: Release,
): Promise<Map<string, string>> {
  const match = /^https:\/\/[^/]+\/([\w.-]+)\/([\w.-]+)$/.exec(repository);
  if (match === null) {
    throw new TypeError(`"${repository}" is not https://host/owner/name`);
  }
  const owner = match[1]!;
  const { version } = config;
  const id = `${owner}.Messenger`;
  const words: Record<string, string> = {
    id,
    owner,
    version,
    repository,
    download: `${repository}/releases/download/v${version}`,
    sum,
    SUM: sum.toUpperCase(),
  };
  const files = new Map<string, string>();
  for (const template of TEMPLATES) {
    const text = await Deno.readTextFile(new URL(template, import.meta.url));
    const filled = text.replaceAll("\r\n", "\n").replace(
      /<(\w+)>/g,
      (_, word) => {
        const value = words[word];
        if (value === undefined) {
          throw new TypeError(`The template ${template} asks for ${word}`);
        }
        return value;
      },
    );
    const path = template.replace("winget/messenger", `winget/${id}`);
    files.set(path, filled);
  }
  return files;
}
