import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether what is selected under the field that is being resolved includes, directly or through fragments, a field of this name on that
 * type (or on any type, where no fragment says which). What `@skip` leaves out counts too.
 */
export function selects({ fieldNodes, fragments }: GraphQLResolveInfo, wanted: { readonly type: string; readonly field: string }): boolean {
  function within(set: SelectionSetNode | undefined, type: string | null): boolean {
    return (set?.selections ?? []).some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === wanted.field && (type === null || type === wanted.type);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      return within(fragment?.selectionSet, fragment?.typeCondition?.name.value ?? type);
    });
  }
  return fieldNodes.some(({ selectionSet }) => within(selectionSet, null));
}
