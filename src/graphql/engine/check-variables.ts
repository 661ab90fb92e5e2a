import {
  coerceInputValue,
  getOperationAST,
  getVariableValues,
  isInputType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { badUserInput, type AppError, type InputIssue } from '../../domain/errors.js';
import { findStorageFault } from '../../domain/storable.js';

type Variables = Readonly<Record<string, unknown>>;
const ISSUES_MAX = 10;

/** BAD_USER_INPUT when a variable holds what could not be stored and read back equal; null when all is well. */
export function findStorageError(variables: Variables | null | undefined): AppError | null {
  const issue = variables ? findStorageFault(variables) : null;
  return issue && invalid([issue]);
}

/** BAD_USER_INPUT with what is wrong in each variable, when the variables do not fit the operation; null when they do. */
export function findCoercionError(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: { operationName?: string | null | undefined; variables: Variables },
): AppError | null {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const { errors } = getVariableValues(schema, definitions, variables, { maxErrors: ISSUES_MAX });
  if (!errors) return null;

  const issues: InputIssue[] = [];
  for (const { variable, type: typeNode, defaultValue } of definitions) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    if (Object.hasOwn(variables, name)) {
      coerceInputValue(variables[name], type, (path, _value, { message }) =>
        issues.push({ path: [name, ...path], message: shortened(message) }),
      );
    } else if (typeNode.kind === Kind.NON_NULL_TYPE && !defaultValue) {
      issues.push({ path: [name], message: `is required: ${String(type)}` });
    }
  }
  return invalid(issues.slice(0, ISSUES_MAX));
}

function invalid(issues: readonly InputIssue[]): AppError {
  const facts = issues.map(({ path, message }) => `\`${shortened(path.join('.'))}\`: ${message}`);
  return badUserInput(`The variables are not valid. ${facts.join(' ')}`, issues);
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300).toWellFormed()}…` : text;
}
