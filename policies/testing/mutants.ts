import ts from "typescript";

/** A source with one thing in it broken on purpose. */
export interface Mutant {
  source: string;
  /** Line and what was done, for people. */
  what: string;
}

interface Change {
  start: number;
  end: number;
  text: string;
}

const SWAPS: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
};

const METHODS: Record<string, string> = { some: "every", every: "some" };

/** Methods that only normalise: without them the text stays as it is. */
const NORMALISING = new Set(["toLowerCase", "toUpperCase", "trim"]);

/** Texts for people and for the engine's schema decide nothing. */
const DESCRIPTIVE = new Set(["id", "level", "why", "remedy", "source", "schema", "description"]);

/**
 * Every way in which a source is broken: conditions taken for true and for false, operators swapped, negations and
 * normalisations dropped, numbers off by one, entries of lists removed, patterns that match nothing, flags turned,
 * and statements left out.
 */
export function mutantsOf(fileName: string, source: string): Mutant[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.ES2022, true);
  const mutants: Mutant[] = [];
  const add = ({ start, end, text }: Change) => {
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({
      source: source.slice(0, start) + text + source.slice(end),
      what: `line ${line}: ${shortened(source.slice(start, end))} -> ${text || "nothing"}`,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) return;
    if (ts.isPropertyAssignment(node) && DESCRIPTIVE.has(node.name.getText())) return;
    for (const change of changesOf(node)) add(change);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}

function changesOf(node: ts.Node): Change[] {
  const whole = (text: string) => ({ start: node.getStart(), end: node.getEnd(), text });
  const replaced = (part: ts.Node, text: string) => ({ start: part.getStart(), end: part.getEnd(), text });
  if (ts.isIfStatement(node)) return [replaced(node.expression, "true"), replaced(node.expression, "false")];
  if (ts.isConditionalExpression(node))
    return [replaced(node.condition, "true"), replaced(node.condition, "false")];
  if (ts.isBinaryExpression(node)) {
    const swapped = SWAPS[node.operatorToken.kind];
    return swapped ? [replaced(node.operatorToken, swapped)] : [];
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [whole(node.operand.getText())];
  }
  if (ts.isNumericLiteral(node)) return [whole(String(Number(node.text.replaceAll("_", "")) + 1))];
  if (ts.isRegularExpressionLiteral(node)) return [whole(`/(?!)/${/[a-z]*$/.exec(node.text)![0]}`)];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [whole("false")];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [whole("true")];
  if (ts.isStringLiteral(node) && ts.isArrayLiteralExpression(node.parent)) return [whole('"\\0"')];
  if (ts.isExpressionStatement(node)) return [whole(";")];
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression } = node.expression;
    if (NORMALISING.has(name.text)) return [whole(expression.getText())];
    if (Object.hasOwn(METHODS, name.text)) return [replaced(name, METHODS[name.text]!)];
  }
  return [];
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
