import ts from 'typescript';

/** One member of an object type that stands on the wire. */
export interface TypeMember {
  readonly name: string;
  readonly type: ts.Type;
  /** Declared so, or may be undefined, which JSON leaves out. */
  readonly isOptional: boolean;
  /** Its documentation; empty when there is none. */
  readonly description: string;
}

/** The members that JSON would write: no methods, no symbols, nothing private. */
export function listMembers(checker: ts.TypeChecker, type: ts.Type): TypeMember[] {
  return checker.getPropertiesOfType(type).flatMap((symbol) => {
    const memberType = checker.getTypeOfSymbol(symbol);
    if (symbol.name.startsWith('__@') || isHidden(symbol) || isFunction(memberType)) return [];
    return [
      {
        name: ts.unescapeLeadingUnderscores(symbol.escapedName),
        type: memberType,
        isOptional: (symbol.flags & ts.SymbolFlags.Optional) !== 0 || mayBeUndefined(memberType),
        description: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
      },
    ];
  });
}

/** The type of the members that an object type does not name: `Record<string, T>`. Null when it has none, or they may be anything else. */
export function memberTypeOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | null {
  const others = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  return others && !isAnything(others) ? others : null;
}

/** What a key of a state may be given instead of a value, so that it is replaced and not merged; a matter of code, not of JSON. */
export function isOverwrite(type: ts.Type): boolean {
  return type.getProperty('__overwrite__') !== undefined;
}

function isHidden(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  const modifiers = declaration ? ts.getCombinedModifierFlags(declaration) : ts.ModifierFlags.None;
  return (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 || symbol.name.startsWith('__#');
}

function isFunction(type: ts.Type): boolean {
  return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
}

function mayBeUndefined(type: ts.Type): boolean {
  const isUndefined = ({ flags }: ts.Type): boolean => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;
  return type.isUnion() ? type.types.some(isUndefined) : isUndefined(type) || isAnything(type);
}

function isAnything({ flags }: ts.Type): boolean {
  return (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
}
