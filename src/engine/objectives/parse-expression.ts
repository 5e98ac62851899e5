/**
 * Text to `Formula`. mathjs only reads the text: what it makes of it is translated operation by operation, from lists,
 * and nothing of it is ever evaluated. It is loaded when the first expression comes, as it takes a third of a second.
 */
import type {
  AccessorNode,
  ArrayNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
} from 'mathjs';
import { AppError } from '../../shared/errors.ts';
import {
  elementwiseNames,
  reductionNames,
  type Binary,
  type Elementwise,
  type Reduction,
} from './expression.ts';
import type { Formula } from './formula.ts';

const LONGEST = 1000;
const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);
const elementwise: ReadonlyMap<string, Elementwise> = new Map(elementwiseNames.map((name) => [name, name]));
const reductions: ReadonlyMap<string, Reduction> = new Map(reductionNames.map((name) => [name, name]));
/** mathjs' names of operators. */
const operators: ReadonlyMap<string, Binary> = new Map([
  ['add', 'add'],
  ['subtract', 'subtract'],
  ['multiply', 'multiply'],
  ['divide', 'divide'],
  ['pow', 'power'],
  ['dotMultiply', 'multiply'],
  ['dotDivide', 'divide'],
  ['dotPow', 'power'],
  ['equal', 'equal'],
  ['larger', 'greater'],
  ['largerEq', 'greaterEqual'],
  ['smaller', 'less'],
  ['smallerEq', 'lessEqual'],
]);
const FUNCTIONS = [...elementwiseNames, ...reductionNames].join(', ');

type Parse = (text: string) => MathNode;
let parser: Promise<Parse> | undefined;

async function loadParser(): Promise<Parse> {
  const { create, parseDependencies } = await import('mathjs/number');
  const { parse } = create({ ...parseDependencies });
  return (text) => parse(text);
}

/**
 * @throws AppError validation that names what is not understood and what is
 */
export async function parseExpression(text: string): Promise<Formula> {
  if (text.trim() === '') throw refused('is empty; expected a formula, e.g. cos(k) or sum((z - 0.45)^2)');
  if (text.length > LONGEST) {
    throw refused(`has ${text.length} characters, at most ${LONGEST} are read; shorten it, or give a table`);
  }
  const parse = await (parser ??= loadParser());
  try {
    return translate(parse(text), new Set());
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Parentheses in parentheses without end overflow the stack of whoever reads them.
    const reason = error instanceof RangeError ? 'it is nested too deeply' : messageOf(error);
    throw refused(`cannot be read: ${reason}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refused(what: string): AppError {
  return new AppError('validation', `objective: the expression ${what}`, { path: 'objective' });
}

/** Names of the indices of the sums around a node. */
type Indices = ReadonlySet<string>;

function translate(node: MathNode, indices: Indices): Formula {
  switch (node.type) {
    case 'ParenthesisNode':
      return translate((node as ParenthesisNode).content, indices);
    case 'ConstantNode':
      return { kind: 'number', value: numberOf((node as MathNode & { readonly value: unknown }).value) };
    case 'SymbolNode':
      return symbol((node as SymbolNode).name, indices);
    case 'ArrayNode':
      return { kind: 'vector', values: (node as ArrayNode).items.map(entry) };
    case 'AccessorNode':
      return accessed(node as AccessorNode, indices);
    case 'OperatorNode':
      return operation(node as OperatorNode, indices);
    case 'FunctionNode':
      return call(node as FunctionNode<MathNode>, indices);
    default:
      throw notArithmetic(node);
  }
}

function notArithmetic(node: MathNode): AppError {
  return refused(
    `has "${node.toString().replaceAll(/\s+/g, ' ').slice(0, 40)}", which is not arithmetic; known are numbers, z, z[0], k, n, pi, e, + - * / ^, comparisons, sum(z[i], i, 0, n - 1) and ${FUNCTIONS}`,
  );
}

function numberOf(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw refused(
    `has the constant ${typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)}; expected a finite number`,
  );
}

function symbol(name: string, indices: Indices): Formula {
  if (indices.has(name)) return { kind: 'index', name };
  if (name === 'n') return { kind: 'size' };
  if (name === 'z' || name === 'k') return { kind: 'variable', name };
  const value = constants.get(name);
  if (value !== undefined) return { kind: 'number', value };
  throw refused(
    `has the unknown name "${name.slice(0, 40)}"; the names are z (one-hot vector, bits or real numbers), k (index of the value), n (entries of z), pi and e, and the index of a sum, as i in sum(z[i], i, 0, n - 1)`,
  );
}

/** z[i], or an entry of a list that is written out. */
function accessed(node: AccessorNode, indices: Indices): Formula {
  const { object, index } = node;
  if ((index as { readonly dotNotation?: boolean }).dotNotation === true) throw notArithmetic(node);
  const at = index.dimensions.map((dimension) => translate(dimension, indices));
  const [first] = at;
  if (
    object.type === 'SymbolNode' &&
    (object as SymbolNode).name === 'z' &&
    first !== undefined &&
    at.length === 1
  )
    return { kind: 'place', at: first };
  if (object.type === 'ArrayNode' && first !== undefined) {
    const { items } = object as ArrayNode;
    const nested = items.every(({ type }) => type === 'ArrayNode');
    const rows = nested ? items.map((row) => (row as ArrayNode).items.map(entry)) : [items.map(entry)];
    const alike = rows.length > 0 && rows.every((row) => row.length === rows[0]!.length);
    if (alike && at.length === (nested ? 2 : 1)) return { kind: 'lookup', rows, at };
  }
  throw refused(
    `has "${node.toString().slice(0, 40)}", which is not understood; places are those of z, as in z[0], of a list, as in [2, 5][i], or of lists of one length, as in [[1, 2], [3, 4]][i, j]`,
  );
}

/** sum(of, i, from, to) */
function summed(args: readonly MathNode[], indices: Indices): Formula {
  const [of, index, from, to] = args;
  const name = index?.type === 'SymbolNode' ? (index as SymbolNode).name : '';
  if (
    of === undefined ||
    from === undefined ||
    to === undefined ||
    name === '' ||
    taken.has(name) ||
    indices.has(name)
  ) {
    throw refused(
      `has a sum over "${index?.toString().slice(0, 40) ?? ''}"; expected sum(<formula>, <index>, <first>, <last>) with its own index, as in sum(z[i] * z[i + 1], i, 0, n - 2)`,
    );
  }
  return {
    kind: 'sum',
    of: translate(of, new Set([...indices, name])),
    index: name,
    from: translate(from, indices),
    to: translate(to, indices),
  };
}

const taken: ReadonlySet<string> = new Set(['z', 'k', 'n', ...constants.keys()]);

function entry(node: MathNode): number {
  const value = translate(node, new Set());
  if (value.kind === 'number') return value.value;
  if (value.kind === 'elementwise' && value.name === 'negative' && value.of.kind === 'number')
    return -value.of.value;
  throw refused(`has a list with "${node.toString().slice(0, 40)}"; a list holds numbers, e.g. [0.6, 0.51]`);
}

function operation(node: OperatorNode, indices: Indices): Formula {
  const { fn, args } = node as { readonly fn: string; readonly args: readonly MathNode[] };
  const [first, second] = args;
  if (first !== undefined && second === undefined) {
    if (fn === 'unaryMinus') return { kind: 'elementwise', name: 'negative', of: translate(first, indices) };
    if (fn === 'unaryPlus') return translate(first, indices);
  }
  const name = operators.get(fn);
  if (name === undefined || first === undefined || second === undefined) {
    throw refused(`has the operator "${(node as { op: string }).op}"; known are + - * / ^ and comparisons`);
  }
  return { kind: 'binary', name, left: translate(first, indices), right: translate(second, indices) };
}

function call(node: FunctionNode<MathNode>, indices: Indices): Formula {
  const name = node.fn.type === 'SymbolNode' ? (node.fn as SymbolNode).name : node.fn.toString();
  const [first, second] = node.args;
  if (name === 'sum' && node.args.length === 4) return summed(node.args, indices);
  const simple = elementwise.get(name);
  const reduction = reductions.get(name);
  if (simple === undefined && reduction === undefined) {
    throw refused(`calls "${name.slice(0, 40)}", which is not on the list; the functions are ${FUNCTIONS}`);
  }
  const most = name === 'min' || name === 'max' ? 2 : 1;
  if (first === undefined || node.args.length > most) {
    throw refused(
      `calls ${name} with ${node.args.length} arguments; expected ${most === 2 ? '1 or 2' : name === 'sum' ? '1, or 4 as in sum(z[i], i, 0, n - 1)' : '1'}`,
    );
  }
  const of = translate(first, indices);
  if (second !== undefined) {
    return { kind: 'binary', name: name as 'min' | 'max', left: of, right: translate(second, indices) };
  }
  if (simple !== undefined) return { kind: 'elementwise', name: simple, of };
  return { kind: 'reduction', name: reduction!, of };
}
