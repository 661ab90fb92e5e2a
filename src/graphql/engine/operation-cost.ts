import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { AppError } from '../../domain/errors.js';
import { EVENT_PAGE, LIST_PAGE, NAMESPACE_PAGE, type PageBounds, STATE_PAGE } from '../../domain/page.js';
import type { Limits } from './limits.js';

type Variables = Readonly<Record<string, unknown>>;

/** How many fields an operation's answer could hold, and how deep its selections go. */
export interface OperationCost {
  readonly fields: number;
  readonly depth: number;
}

/**
 * Counts a validated operation. A field costs 1, unless WEIGHTS says more; what is selected under a page counts once for each node that the page may hold
 * (`first` or `last`, else the default size). Fragments are counted once, so the time is linear in the document.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): OperationCost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const counted = new Map<string, OperationCost>();
  const given = { ...intDefaults(operation), ...variables };

  function costOfFragment(name: string): OperationCost {
    const known = counted.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    const cost = fragment ? costOfSelections(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value)) : NOTHING;
    counted.set(name, cost);
    return cost;
  }

  function costOfSelections(set: SelectionSetNode, parent: GraphQLNamedType | undefined): OperationCost {
    return set.selections.reduce<OperationCost>((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return plus(sum, costOfFragment(selection.name.value));
      if (selection.kind === Kind.FIELD) return plus(sum, costOfField(selection, parent));
      const type = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent;
      return plus(sum, costOfSelections(selection.selectionSet, type));
    }, NOTHING);
  }

  function costOfField(node: FieldNode, parent: GraphQLNamedType | undefined): OperationCost {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!node.selectionSet) return { fields: 1, depth: 1 };
    const inner = costOfSelections(node.selectionSet, field && getNamedType(field.type));
    return { fields: weightOf(field) + pageSize(node, field, given) * inner.fields, depth: 1 + inner.depth };
  }

  return costOfSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

/** OPERATION_TOO_COMPLEX when the cost is beyond the limits; null when it is within. */
export function findCostError({ fields, depth }: OperationCost, { costMax, depthMax }: Limits): AppError | null {
  if (depth > depthMax) return tooComplex(`nests selections ${depth} levels deep; at most ${depthMax} are allowed`, { depth, depthMax });
  if (fields > costMax) {
    return tooComplex(`could answer with ${fields} fields; at most ${costMax} are allowed. Ask for smaller pages or fewer fields`, {
      cost: fields,
      costMax,
    });
  }
  return null;
}

export function tooComplex(fact: string, facts: Readonly<Record<string, number>> = {}): AppError {
  return new AppError('OPERATION_TOO_COMPLEX', `The operation ${fact}.`, facts);
}

function intDefaults({ variableDefinitions }: OperationDefinitionNode): Variables {
  const ints = (variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return Object.fromEntries(ints);
}

const NOTHING: OperationCost = { fields: 0, depth: 0 };

function plus(a: OperationCost, b: OperationCost): OperationCost {
  return { fields: a.fields + b.fields, depth: Math.max(a.depth, b.depth) };
}

/**
 * Types whose objects cost more than to read a row. Measuring a thread goes through all its checkpoints and events: 100 threads may be
 * measured at once, not some thousands.
 */
const WEIGHTS: Readonly<Record<string, number>> = { ThreadStorage: 500 };

function weightOf(field: GraphQLField<unknown, unknown> | undefined): number {
  return (field && WEIGHTS[getNamedType(field.type).name]) ?? 1;
}

const BOUNDS: Readonly<Record<string, PageBounds>> = {
  RunEventConnection: EVENT_PAGE,
  ThreadStateConnection: STATE_PAGE,
  StoreNamespaceConnection: NAMESPACE_PAGE,
};

function pageSize(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined, variables: Variables): number {
  if (!field?.args.some(({ name }) => name === 'first')) return 1;
  const bounds = BOUNDS[getNamedType(field.type).name] ?? LIST_PAGE;
  const asked = ['first', 'last'].map((name) => intArgument(node, name, variables)).find((size) => size !== null);
  // Longer pages are not answered at all: the service refuses them, and says why.
  return Math.min(asked ?? bounds.defaultSize, bounds.maxSize);
}

function intArgument(node: FieldNode, name: string, variables: Variables): number | null {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === Kind.INT) return Math.max(0, Number(value.value));
  const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : null;
  return typeof given === 'number' ? Math.max(0, given) : null;
}
