import { type FragmentDefinitionNode, type GraphQLResolveInfo, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';
import { selects } from '../../src/graphql/selects.js';

const selectsState = (document: string): boolean => {
  const { definitions } = parse(document);
  const fragments = definitions.filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION);
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const info = {
    fieldNodes: operation?.selectionSet.selections ?? [],
    fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
  };
  return selects(info as unknown as GraphQLResolveInfo, { type: 'ThreadStateEvent', field: 'state' });
};

it.each([
  ['{ events { ... on ThreadStateEvent { state { next } } } }', true],
  ['{ events { ... on ThreadStateEvent { s: state { next } } } }', true],
  ['{ events { ...A } } fragment A on ThreadEvent { ...B } fragment B on ThreadStateEvent { state { next } }', true],
  ['{ events { ... { ...B } } } fragment B on ThreadStateEvent { ... @include(if: false) { state { next } } }', true],
  ['{ events { seq ... on ThreadStateEvent { seq } } }', false],
  ['{ events { ... on ThreadRunEvent { state } } }', false],
  ['{ events { ... on ThreadStatusEvent { thread { state { next } } } } }', false],
])('%s asks for a state: %s', (document, answer) => {
  expect(selectsState(document)).toBe(answer);
});
