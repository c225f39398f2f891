/**
 * Finds the deliberate faults that can be made in a module: one small change each,
 * in code that runs. Texts, comments, imports and types are never touched.
 *
 * @module
 */

import ts from "typescript";

/** A change of one place; `kind` says in a word or two what it does. */
export type Fault = {
  readonly kind: string;
  /** Where the replaced text begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
};

/** What else a comparison can be: its neighbour at the boundary, then its opposite. */
const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
};

/** A constant with a limit, such as `MAX_OPEN`. */
const CONSTANT_NAME = /^[A-Z][A-Z\d]*(_[A-Z\d]+)*$/;

/** The name of a boundary: a test must know its exact value. */
const BOUNDARY_NAME = /^(MAX|MIN|DEFAULT)_/;

/** What the comment of a duration says: its unit. */
const IN_MILLISECONDS = /\bin milliseconds\b|^Milliseconds\b/;

/** A size of some thousands, such as `16 * 1024` or `2_000`. */
const LARGE = /\d{4}/;

/** A boundary is moved by one. */
const BOUNDARY_FAULTS = [["limit + 1", "+ 1"], ["limit - 1", "- 1"]] as const;

/**
 * A value that is only chosen well changes tenfold: a wait of 5.001 s is as good as one
 * of 5 s, and a buffer of 65,537 bytes as good as one of 65,536.
 */
const CHOICE_FAULTS = [["limit x 10", "* 10"], ["limit / 10", "/ 10"]] as const;

/** All faults of the module with this source, in the order of their places. */
export function findFaults(source: string): Fault[] {
  const file = ts.createSourceFile(
    "module.ts",
    source,
    ts.ScriptTarget.Latest,
    true,
  );
  const faults: Fault[] = [];
  const add = (kind: string, node: ts.Node, replacement: string) =>
    faults.push({
      kind,
      start: node.getStart(file),
      end: node.getEnd(),
      replacement,
    });
  visit(file, add);
  return faults.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The source with the fault in it. */
export function withFault(
  source: string,
  { start, end, replacement }: Fault,
): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

type Add = (kind: string, node: ts.Node, replacement: string) => void;

function visit(node: ts.Node, add: Add): void {
  if (!runs(node)) return;
  if (ts.isBinaryExpression(node)) changeOperator(node, add);
  else if (ts.isNumericLiteral(node)) changeNumber(node, add);
  else if (ts.isVariableDeclaration(node) && isLimit(node)) {
    const value = node.initializer!.getText();
    const faults = isChoice(node) ? CHOICE_FAULTS : BOUNDARY_FAULTS;
    for (const [kind, change] of faults) {
      add(kind, node.initializer!, `(${value}) ${change}`);
    }
    return;
  } else if (ts.isReturnStatement(node)) changeReturn(node, add);
  else if (ts.isExpressionStatement(node)) removeStatement(node, add);
  const condition = conditionOf(node);
  if (condition !== undefined) {
    add("negated", condition, `!(${condition.getText()})`);
  }
  ts.forEachChild(node, (child) => visit(child, add));
}

/** Whether the node is code: not a type, an import, or a declaration without a body. */
function runs(node: ts.Node): boolean {
  return !(ts.isTypeNode(node) || ts.isTypeElement(node) ||
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ||
    ts.isTypeParameterDeclaration(node) || ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) || ts.isDecorator(node) ||
    ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some(({ kind }) =>
        kind === ts.SyntaxKind.DeclareKeyword
      ));
}

function changeOperator(node: ts.BinaryExpression, add: Add): void {
  const { operatorToken, left, right } = node;
  const operator = operatorToken.getText();
  for (const other of COMPARISONS[operator] ?? []) {
    add("comparison", operatorToken, other);
  }
  if (operator === "&&") add("and, or", operatorToken, "||");
  if (operator === "||") add("and, or", operatorToken, "&&");
  const isStep = operator === "+" || operator === "-";
  if (isStep && ts.isNumericLiteral(right) && right.text === "1") {
    add(`${operator} 1 removed`, node, left.getText());
  }
}

function changeNumber(node: ts.NumericLiteral, add: Add): void {
  if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) return;
  const value = Number(node.text);
  if (!Number.isSafeInteger(value)) return;
  if (value > 0 && (value === 1 || isUpperBound(node))) {
    add("number - 1", node, String(value - 1));
  } else add("number + 1", node, String(value + 1));
}

/**
 * Whether a number is a bound like `n` in `a < n`: the fault `a <= n` already moves it
 * up.
 */
function isUpperBound(node: ts.NumericLiteral): boolean {
  const { parent } = node;
  if (!ts.isBinaryExpression(parent)) return false;
  const operator = parent.operatorToken.getText();
  return parent.right === node
    ? operator === "<" || operator === ">="
    : operator === ">" || operator === "<=";
}

/** Whether this is a named limit of the module, as a product of numbers. */
function isLimit({ name, initializer, parent }: ts.VariableDeclaration) {
  return initializer !== undefined && CONSTANT_NAME.test(name.getText()) &&
    ts.isSourceFile(parent.parent.parent) &&
    /^[\d_.*+/() \n]+$/.test(initializer.getText());
}

/**
 * Whether the value of a limit is only chosen well: a duration, or the size of something
 * inside the program. What a limit allows at most, or at least, is a boundary.
 */
function isChoice({ name, initializer, parent }: ts.VariableDeclaration) {
  const isDuration = ts.getJSDocCommentsAndTags(parent.parent).some((doc) => {
    const text = ts.getTextOfJSDocComment(doc.comment) ?? "";
    return IN_MILLISECONDS.test(text.replace(/\s+/g, " "));
  });
  return isDuration || !BOUNDARY_NAME.test(name.getText()) &&
      LARGE.test(initializer!.getText().replaceAll("_", ""));
}

function changeReturn({ expression }: ts.ReturnStatement, add: Add): void {
  if (expression === undefined) return;
  if (expression.kind === ts.SyntaxKind.TrueKeyword) {
    add("returns", expression, "false");
  } else if (expression.kind === ts.SyntaxKind.FalseKeyword) {
    add("returns", expression, "true");
  } else if (isCondition(expression)) {
    add("negated", expression, `!(${expression.getText()})`);
  } else if (expression.getText() !== "undefined") {
    // `never` fits every type.
    add("returns", expression, "undefined as never");
  }
}

function removeStatement(node: ts.ExpressionStatement, add: Add): void {
  let { expression } = node;
  if (ts.isAwaitExpression(expression) || ts.isVoidExpression(expression)) {
    expression = expression.expression;
  }
  const isSuper = ts.isCallExpression(expression) &&
    expression.expression.kind === ts.SyntaxKind.SuperKeyword;
  const acts = ts.isCallExpression(expression) ||
    ts.isBinaryExpression(expression) || ts.isDeleteExpression(expression) ||
    ts.isPrefixUnaryExpression(expression) ||
    ts.isPostfixUnaryExpression(expression);
  if (acts && !isSuper) add("statement removed", node, ";");
}

/** The condition that decides what the node does. */
function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (
    ts.isIfStatement(node) || ts.isWhileStatement(node) ||
    ts.isDoStatement(node)
  ) return node.expression;
  if (ts.isConditionalExpression(node)) return node.condition;
  if (ts.isForStatement(node)) return node.condition;
  if (ts.isArrowFunction(node) && isCondition(node.body)) {
    return node.body as ts.Expression;
  }
  return undefined;
}

/** Whether an expression is a yes or no, as far as its form tells. */
function isCondition(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return isCondition(node.expression);
  if (ts.isPrefixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.ExclamationToken;
  }
  if (!ts.isBinaryExpression(node)) return false;
  const operator = node.operatorToken.getText();
  return operator in COMPARISONS || operator === "instanceof" ||
    operator === "in" ||
    (operator === "&&" || operator === "||") && isCondition(node.right);
}
