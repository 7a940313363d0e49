/** A file as it arrived: its bytes are kept as their hash. */
export interface RecordedFile {
  /** Name of the form field. */
  readonly fieldName: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A request body as it arrived, decoded. */
export type RecordedBody =
  | { readonly type: "none" }
  | { readonly type: "json"; readonly value: unknown }
  | { readonly type: "raw"; readonly sizeBytes: number; readonly sha256: string }
  | {
      readonly type: "multipart";
      /** In the order of the body; a name may repeat. */
      readonly fields: readonly (readonly [name: string, value: string])[];
      readonly files: readonly RecordedFile[];
      /** True when no field follows a file: some vendors ignore what comes after it. */
      readonly filesLast: boolean;
    };

/** One HTTP call as the other side sees it. */
export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  /** Decoded no further than the URL says. */
  readonly path: string;
  /** Decoded, in order; a name may repeat. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; with `content-type`, and `content-length` where the size is known. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RecordedBody;
}

/** All values of a form field, in order; empty when the body is no form. */
export function fieldValues(call: RecordedCall, name: string): readonly string[] {
  if (call.body.type !== "multipart") return [];
  return call.body.fields.filter(([key]) => key === name).map(([, value]) => value);
}

/** All values of a query parameter, in order. */
export function queryValues(call: RecordedCall, name: string): readonly string[] {
  return call.query.filter(([key]) => key === name).map(([, value]) => value);
}

/** The audio that a call carries, whether as a file or as its whole body. */
export function audioOf(call: RecordedCall): { sizeBytes: number; sha256: string } | undefined {
  if (call.body.type === "raw") return call.body;
  return call.body.type === "multipart" ? call.body.files[0] : undefined;
}

/** Path and query of a URL as a record wants them. */
export function splitUrl(url: string): Pick<RecordedCall, "path" | "query"> {
  const { pathname, searchParams } = new URL(url);
  return { path: pathname, query: [...searchParams] };
}
