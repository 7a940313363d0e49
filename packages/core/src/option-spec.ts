export type OptionValue = boolean | number | string | readonly string[] | JsonObject;
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

interface Described {
  /** One sentence for the generated reference: unit, default, what it does. */
  readonly description: string;
  /**
   * True where the value names something that the provider then reads or writes with the operator's
   * account, or in its network, such as a stored file, an address or a callback. Clients may send it
   * only where the config opens it; a preset of the config is always allowed.
   */
  readonly reachesOperator?: boolean | undefined;
}

/** One option as data: it checks input, generates the reference and drives the conformance suite. */
export type OptionSpec =
  | ({ readonly type: "boolean" } & Described)
  | ({
      readonly type: "number";
      readonly minimum?: number;
      readonly maximum?: number;
      readonly integer?: boolean;
    } & Described)
  | ({
      readonly type: "string";
      readonly values?: readonly string[];
      readonly maxLength?: number;
    } & Described)
  | ({
      readonly type: "string[]";
      readonly values?: readonly string[];
      readonly maxItems?: number;
      readonly maxItemLength?: number;
    } & Described)
  /** A JSON object, in a form field as its text. */
  | ({ readonly type: "json" } & Described);

/** Option name, in the vendor's own spelling, to its description as data. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;
