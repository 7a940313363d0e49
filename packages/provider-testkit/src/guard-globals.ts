import { ConformanceError } from "./conformance-error.ts";

const NAMES = ["fetch", "setTimeout", "setInterval", "XMLHttpRequest", "WebSocket"] as const;

let depth = 0;
let violations: string[] = [];
let originals: readonly (readonly [string, PropertyDescriptor | undefined])[] = [];

const violationOf = (name: string): ConformanceError =>
  new ConformanceError(
    `The provider used the global ${name}; time and network come from its context only.`,
  );

const install = (): void => {
  originals = NAMES.map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const name of NAMES) {
    const value = (): never => {
      violations.push(name);
      throw violationOf(name);
    };
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
};

const restore = (): void => {
  for (const [name, descriptor] of originals) {
    if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, descriptor);
  }
};

const ensureUnused = (): void => {
  const [first] = violations;
  if (first !== undefined) throw violationOf(first);
};

/**
 * Runs something while the globals for time and network throw. Rejects with a `ConformanceError` when
 * one of them was used, also when the user swallowed that error.
 */
export async function guardGlobals<T>(run: () => T | Promise<T>): Promise<T> {
  if (depth === 0) {
    violations = [];
    install();
  }
  depth += 1;
  try {
    const result = await run();
    ensureUnused();
    return result;
  } catch (error) {
    ensureUnused();
    throw error;
  } finally {
    depth -= 1;
    if (depth === 0) restore();
  }
}
