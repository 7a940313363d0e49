import type { Child } from "../processes/child.ts";

/** Where a subject runs. */
export interface Place {
  readonly upstreamPort: number;
  /** It may write into this folder. */
  readonly folder: string;
}

/** A gateway under test. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  /** Sent with every upload. */
  readonly headers: Readonly<Record<string, string>>;
  /** How many of the usual requests it gets; 1 unless it is so slow that they would take for ever. */
  readonly load: number;
  /** Starts it in front of the upstream. */
  start(place: Place): Promise<Child>;
}

/** A subject that runs. */
export interface Running {
  readonly subject: Subject;
  child(): Child;
  /** Puts a fresh process in its place, after something went wrong; without one its next use fails. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the subject. Rejects when it does not start. */
export async function startSubject(subject: Subject, place: Place): Promise<Running> {
  let child = await subject.start(place);
  return {
    subject,
    child: () => child,
    restart: async () => {
      await child.stop();
      child = await subject.start(place).catch(() => child);
    },
    stop: () => child.stop(),
  };
}
