/**
 * Asks for a secret on its terminal, then for a line, and shows how long the secret is
 * and what the line is.
 *
 * @module
 */

import { openEditor } from "../../lib/terminal/open_editor.ts";

const editor = openEditor({ onLine() {}, onEnd() {} });
const secret = await editor.ask("Room key: ", { isSecret: true });
editor.print(`The key has ${secret?.length} characters`);
const line = await editor.ask("Name: ");
editor.print(`The name is ${line}`);
await editor.close();
