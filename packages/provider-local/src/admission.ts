import { TranscriptionError } from "@earshot/core";

/** What is known of a request that wants to be taken on. */
export interface Applicant {
  /** Whose it is; all that nobody is known of are one caller's. */
  readonly caller: string;
  /** Length of its audio; undefined while it is not known. */
  readonly seconds: number | undefined;
}

/** The place of a request that was taken on. */
export interface Place {
  /** The length of its audio, in seconds, has become known. */
  expect(seconds: number): void;
  /** So much of its audio was transcribed in that time, by one of so many decoders. */
  worked(work: { readonly seconds: number; readonly ms: number; readonly decoders: number }): void;
  /** Gives the place back; may be called twice. */
  leave(): void;
}

/** Bounds how many requests, and how much audio, is taken on at once. */
export interface Admission {
  /** Takes a request on. Throws `queue_full` with the time until there should be room. */
  enter(applicant: Applicant): Place;
}

export interface AdmissionSettings {
  /** Requests that are worked on at once. */
  readonly concurrency: number;
  /** Requests of each kind, by caller and by length, that may wait behind those. */
  readonly maxQueue: number;
  /** Seconds of audio of each kind that may wait; a single request may be longer. */
  readonly maxQueueSeconds: number;
}

/** Dictations wait apart from recordings, so that these cannot take all places. */
const SHORT_SECONDS = 60;
/** All kinds together may wait so many times as much as one; each gets at most what is still free. */
const MOST_QUEUES = 3;
const SHORTEST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 3_600_000;
/** Of one decoder, before anything was measured: a common machine is ten times as fast as speech. */
const FIRST_GUESS_MS_PER_SECOND = 100;
/** What audio of unknown length is counted as. */
const GUESSED_SECONDS = 60;
/** Weight of the latest chunk in the running mean. */
const LATEST = 0.2;

interface Inside {
  readonly kind: string;
  seconds: number | undefined;
  workedSeconds: number;
}

const kindOf = ({ caller, seconds = Infinity }: Applicant): string =>
  `${seconds <= SHORT_SECONDS ? "short" : "long"} ${caller}`;

const leftSeconds = ({ seconds = GUESSED_SECONDS, workedSeconds }: Inside): number =>
  Math.max(0, seconds - workedSeconds);

const total = (places: readonly Inside[]): number =>
  places.reduce((sum, place) => sum + leftSeconds(place), 0);

/** Creates the bound; how long to wait is judged by the audio that waits and the pace of late. */
export function createAdmission(settings: AdmissionSettings): Admission {
  const { concurrency, maxQueue, maxQueueSeconds } = settings;
  const inside = new Set<Inside>();
  let msPerSecond = FIRST_GUESS_MS_PER_SECOND / concurrency;

  const refuse = (setting: string): TranscriptionError => {
    const waitMs = total([...inside]) * msPerSecond;
    const retryAfterMs = Math.round(Math.min(Math.max(waitMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS));
    return new TranscriptionError(
      "queue_full",
      `The local engine has ${inside.size} requests, which will take about ${Math.ceil(retryAfterMs / 1000)} seconds. Try again then, or raise ${setting}.`,
      { retryAfterMs },
    );
  };
  const check = (applicant: Applicant): void => {
    if (inside.size < concurrency) return;
    const all = [...inside];
    const own = all.filter(({ kind }) => kind === kindOf(applicant));
    const roomLeft = MOST_QUEUES * maxQueue - (all.length - concurrency);
    if (Math.max(0, own.length - concurrency) >= Math.min(maxQueue, roomLeft))
      throw refuse("max_queue");
    const secondsLeft = MOST_QUEUES * maxQueueSeconds - total(all);
    const wanted = total(own) + (applicant.seconds ?? 0);
    if (own.length > 0 && wanted > Math.min(maxQueueSeconds, secondsLeft))
      throw refuse("max_queue_seconds");
  };
  return {
    enter: (applicant) => {
      check(applicant);
      const { seconds } = applicant;
      const place: Inside = { kind: kindOf(applicant), seconds, workedSeconds: 0 };
      inside.add(place);
      return {
        expect: (known) => {
          place.seconds = known;
        },
        worked: (work) => {
          place.workedSeconds += work.seconds;
          const latest = work.ms / work.seconds / work.decoders;
          // Clocks are set back, too.
          if (Number.isFinite(latest) && latest > 0) msPerSecond += (latest - msPerSecond) * LATEST;
        },
        leave: () => void inside.delete(place),
      };
    },
  };
}
