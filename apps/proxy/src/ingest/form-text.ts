import { TranscriptionError } from "@earshot/core";
import type { MemoryBudget } from "../upload/memory.ts";

/**
 * The text fields of a form: every value of a repeated field, in the order of arrival. A list's values
 * stand under its plain name however the client spelt it: `x`, `x[]` or `x[0]`.
 */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** Bounds on the text fields of one form. */
export interface FormTextLimits {
  /** Of the value of one text field. */
  readonly maxFieldBytes: number;
  /** Of the names and values of all text fields together; default 8 MiB. */
  readonly maxTextBytes?: number;
}

export interface FormTextSettings {
  readonly limits: FormTextLimits;
  /** Counts the text fields of all requests until each has ended; default: they have no common bound. */
  readonly textBudget?: MemoryBudget;
}

/** So much of every form has room even when others have filled the account; nearly all forms have less. */
const ALWAYS_ROOM_BYTES = 64 * 1024;
const RETRY_AFTER_MS = 1000;
const KIB = 1024;
const DEFAULT_MAX_TEXT_BYTES = 8 * 1024 * KIB;
const NOTHING: Buffer = Buffer.alloc(0);

const tooLong = (name: string, limit: number): TranscriptionError =>
  new TranscriptionError(
    "invalid_request",
    `The field '${name}' is longer than ${limit} bytes. Raise earshot_settings.max_field_size_kb to allow more.`,
    { param: name },
  );

const tooMuch = (name: string, limit: number): TranscriptionError =>
  new TranscriptionError(
    "request_too_large",
    `The text fields of the form, names included, are larger than ${Number((limit / KIB).toFixed(2))} KiB together. Raise earshot_settings.max_form_text_size_kb to allow more; audio belongs in a file.`,
    { param: name },
  );

const crowded = (name: string): TranscriptionError =>
  new TranscriptionError(
    "too_many_requests",
    "The text fields of all requests together have no room left. Send them again later, or raise earshot_settings.total_form_text_mb.",
    { param: name, retryAfterMs: RETRY_AFTER_MS },
  );

const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

/** Bytes in one buffer that grows by doubling: a client may send them one by one. */
const createGrowingBytes = () => {
  let held = NOTHING;
  let length = 0;
  return {
    add: (piece: Buffer): void => {
      const needed = length + piece.length;
      // The first piece is kept as it came, for it is mostly the whole.
      if (length === 0) held = piece;
      else {
        if (needed > held.length) {
          const larger = Buffer.allocUnsafe(Math.max(needed, 2 * held.length));
          held.copy(larger, 0, 0, length);
          held = larger;
        }
        piece.copy(held, length);
      }
      length = needed;
    },
    take: (): string => {
      const text = held.toString("utf8", 0, length);
      held = NOTHING;
      length = 0;
      return text;
    },
  };
};

/** The field that a key belongs to as one of its values: of `x`, `x[]` and `x[0]` it is `x`. */
const plainName = (key: string): string => (key.endsWith("]") ? key.replace(/\[\d*\]$/u, "") : key);

/** Adds one value to the fields. */
export function addField(fields: Map<string, string[]>, key: string, value: string): void {
  const name = plainName(key);
  const values = fields.get(name);
  if (values === undefined) fields.set(name, [value]);
  else values.push(value);
}

/** The text of one form as it arrives: one field after the other, in pieces. */
export class FormText {
  readonly #settings: FormTextSettings;
  readonly #fields = new Map<string, string[]>();
  readonly #value = createGrowingBytes();
  #name = "";
  #fieldBytes = 0;
  #textBytes = 0;

  constructor(settings: FormTextSettings) {
    this.#settings = settings;
  }

  /** Those that are whole. */
  get fields(): FormFields {
    return this.#fields;
  }

  /** A field begins. Throws like `add`. */
  begin(name: string): void {
    this.#name = name;
    this.#fieldBytes = 0;
    this.#count(Buffer.byteLength(name));
  }

  /**
   * Throws `invalid_request` for a field that is too long, `request_too_large` for too much text in
   * all, and `too_many_requests` when the text of all requests together has no room.
   */
  add(piece: Buffer): void {
    const { maxFieldBytes } = this.#settings.limits;
    this.#fieldBytes += piece.length;
    if (this.#fieldBytes > maxFieldBytes) throw tooLong(shown(this.#name), maxFieldBytes);
    this.#count(piece.length);
    this.#value.add(piece);
  }

  /** The field is whole. */
  end(): void {
    addField(this.#fields, this.#name, this.#value.take());
  }

  /** Takes the text off the account of all requests; may be called twice. */
  release(): void {
    this.#settings.textBudget?.add(-this.#textBytes);
    this.#textBytes = 0;
  }

  #count(bytes: number): void {
    const { limits, textBudget } = this.#settings;
    const { maxTextBytes = DEFAULT_MAX_TEXT_BYTES } = limits;
    this.#textBytes += bytes;
    textBudget?.add(bytes);
    if (this.#textBytes > maxTextBytes) throw tooMuch(shown(this.#name), maxTextBytes);
    if (this.#textBytes > ALWAYS_ROOM_BYTES && textBudget?.isFull === true)
      throw crowded(shown(this.#name));
  }
}
