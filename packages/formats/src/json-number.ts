/** A finite number, else 0: JSON turns NaN into the null that strict clients refuse. */
export const finite = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? value : 0;

/** A finite whole number; 0 for anything else. */
export const integer = (value: number | undefined): number => Math.round(finite(value));

/** Seconds to the millisecond; 0 for anything that is no finite number. */
export const toSeconds = (value: number | undefined): number =>
  Math.round(finite(value) * 1000) / 1000;
