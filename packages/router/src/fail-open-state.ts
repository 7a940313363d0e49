import type { RouterState } from "./router-state.ts";

/** The same state, except that its failures look like an empty state: they must not fail requests. */
export function failOpenState(state: RouterState): RouterState {
  return {
    add: (key, amount, expiresInMs) => state.add(key, amount, expiresInMs).catch(() => 0),
    raise: (key, value, expiresInMs) => state.raise(key, value, expiresInMs).catch(() => {}),
    read: (keys) => state.read(keys).catch(() => []),
    remove: (keys) => state.remove(keys).catch(() => {}),
  };
}
