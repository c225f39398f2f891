/**
 * Whether a module in JavaScript is the code of a module in TypeScript. Types,
 * comments and layout do not count, and neither do the braces around a single
 * statement, which the mirror's formatter adds.
 *
 * @module
 */

import ts from "typescript";

/** Where two modules differ first: a line of each. */
export type Difference = {
  readonly javaScript: string;
  readonly typeScript: string;
};

type Leaf = { readonly text: string; readonly line: string };

/** The first difference; `undefined` if the code is the same. */
export function differenceOf(
  javaScript: string,
  typeScript: string,
): Difference | undefined {
  const js = leavesOf(plain(javaScript));
  const other = leavesOf(plain(typeScript));
  for (let at = 0; at < Math.max(js.length, other.length); at++) {
    if (js[at]?.text === other[at]?.text) continue;
    return {
      javaScript: js[at]?.line || "(the end)",
      typeScript: other[at]?.line || "(the end)",
    };
  }
  return undefined;
}

/** Without types, as the mirror was compiled. */
function plain(source: string): string {
  return ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
    },
  }).outputText;
}

/** The tree of a module as a list: the kind of each node, and the words that nodes hold. */
function leavesOf(source: string): Leaf[] {
  const file = ts.createSourceFile(
    "module.js",
    source,
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.JS,
  );
  const lines = source.split("\n");
  const leaves: Leaf[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isParenthesizedExpression(node)) return visit(node.expression);
    if (ts.isBlock(node) && isBody(node) && node.statements.length === 1) {
      return visit(node.statements[0]!);
    }
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    const words = wordsOf(node);
    leaves.push({
      text: `${ts.SyntaxKind[node.kind]} ${words}`,
      line: lines[line]!.trim(),
    });
    ts.forEachChild(node, visit);
    // Without an end, the arguments of a call could not be told from what follows.
    leaves.push({ text: "end", line: lines[line]!.trim() });
  };
  visit(file);
  return leaves;
}

/** Whether a block is all that an `if` or a loop does. */
function isBody({ parent }: ts.Block): boolean {
  return ts.isIfStatement(parent) || ts.isIterationStatement(parent, false);
}

/** Whether a node names an imported module. */
function isSpecifier(node: ts.Node): node is ts.StringLiteral {
  return ts.isStringLiteral(node) &&
    (ts.isImportDeclaration(node.parent) ||
      ts.isExportDeclaration(node.parent));
}

/** `@std/other/a-b` and `../other/a_b.js` are one module: the mirror names it by its path. */
function moduleOf(specifier: string): string {
  return specifier
    .replace(/^(@std\/|\.\.\/|\.\/)/, "")
    .replace(/\.[jt]s$/, "")
    .replace(/\/mod$/, "")
    .replaceAll("-", "_");
}

/** What a node says itself, besides its children. */
function wordsOf(node: ts.Node): string {
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return ts.SyntaxKind[node.operator];
  }
  if (ts.isVariableDeclarationList(node)) {
    return String(node.flags & ts.NodeFlags.BlockScoped);
  }
  if (isSpecifier(node)) return moduleOf(node.text);
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) {
    return node.text;
  }
  if (
    ts.isIdentifier(node) || ts.isPrivateIdentifier(node) ||
    ts.isRegularExpressionLiteral(node) || ts.isBigIntLiteral(node)
  ) return node.text;
  if (
    ts.isTemplateHead(node) || ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
  ) return node.rawText ?? node.text;
  return "";
}
