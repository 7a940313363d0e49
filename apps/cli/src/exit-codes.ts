/** What the process answers to its caller. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** As shells report a program that Ctrl-C ended. */
  interrupted: 130,
  /** As shells report a program that SIGTERM ended. */
  terminated: 143,
} as const;
