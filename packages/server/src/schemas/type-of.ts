/** The type of the values that a JSON Schema of ours admits. */
export type TypeOf<S> = S extends { readonly const: infer Constant }
  ? Constant
  : S extends { readonly enum: readonly (infer Choice)[] }
    ? Choice
    : S extends { readonly type: "string" }
      ? string
      : S extends { readonly type: "integer" }
        ? number
        : S extends { readonly type: "boolean" }
          ? boolean
          : S extends { readonly type: "array"; readonly items: infer Items }
            ? readonly TypeOf<Items>[]
            : S extends { readonly type: "object"; readonly properties: infer Members }
              ? ObjectOf<Members, S extends { readonly required: readonly (infer Name)[] } ? Name : never>
              : S extends { readonly type: "object" }
                ? Readonly<Record<string, unknown>>
                : unknown;

type ObjectOf<Members, Required> = {
  readonly [Name in keyof Members as Name extends Required ? Name : never]: TypeOf<Members[Name]>;
} & {
  readonly [Name in keyof Members as Name extends Required ? never : Name]?: TypeOf<Members[Name]>;
};
