/**
 * Returns the chapter of CHANGELOG.md about a version, or else the chapter
 * `Unreleased`; empty if there is neither.
 */
export function releaseNotes(changelog: string, version: string): string {
  const chapters = changelog.replaceAll("\r\n", "\n").split(/^## /m).slice(1);
  const titled = (title: string) =>
    chapters.find((chapter) => {
      const [heading] = chapter.split("\n", 1);
      return heading!.replace(/^\[|\].*$| .*$/g, "") === title;
    });
  const chapter = titled(version) ?? titled("Unreleased") ?? "";
  return chapter.split("\n").slice(1).join("\n").trim() + "\n";
}
