/** The ways in which a text may stand in a recording. */
type Spelling = readonly [name: string, bytes: Uint8Array];

/**
 * Returns the spellings in which `secret` occurs in `bytes`: as it is, in other case,
 * in UTF-16, in base64 at each of its three positions, in hexadecimal digits.
 */
export function leaks(
  bytes: Uint8Array,
  secret: string | Uint8Array,
): string[] {
  const hay = latin1(bytes);
  return spellings(secret)
    .filter(([, needle]) => hay.includes(latin1(needle)))
    .map(([name]) => name);
}

function spellings(secret: string | Uint8Array): Spelling[] {
  const utf8 = typeof secret === "string" ? ascii(secret) : secret;
  const coded = [0, 1, 2].flatMap((shift): Spelling[] => {
    const shifted = new Uint8Array(utf8.length + shift);
    shifted.set(utf8, shift);
    // Only whole groups that hold nothing else.
    const from = shift === 0 ? 0 : 3;
    const until = shifted.length - shifted.length % 3;
    const whole = shifted.slice(from, until);
    if (whole.length < 6) return [];
    return (["base64", "base64url"] as const).map((alphabet) => [
      `${alphabet} ${shift}`,
      ascii(whole.toBase64({ alphabet })),
    ]);
  });
  const text: Spelling[] = typeof secret !== "string" ? [] : [
    ["lower case", ascii(secret.toLowerCase())],
    ["capitals", ascii(secret.toUpperCase())],
    ["UTF-16", ascii(Array.from(secret, (char) => `${char}\0`).join(""))],
  ];
  return [
    ["UTF-8", utf8],
    ...text.filter(([, bytes]) => latin1(bytes) !== secret),
    ...coded,
    ["hexadecimal", ascii(utf8.toHex())],
  ];
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** Returns the paths of the files in `folder` that hold `secret` in any spelling. */
export function filesWith(folder: string, secret: string): string[] {
  const found = (path: string): string[] =>
    Array.from(Deno.readDirSync(`${folder}/${path}`)).flatMap((entry) => {
      const name = `${path}${entry.name}`;
      if (entry.isDirectory) return found(`${name}/`);
      const isFound = leaks(Deno.readFileSync(`${folder}/${name}`), secret)
        .length > 0;
      return isFound ? [name] : [];
    });
  return found("").sort();
}
