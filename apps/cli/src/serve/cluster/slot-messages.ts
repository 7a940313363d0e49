/** What a worker says about the slots that it shares with others. */
export type SlotMessage =
  /** A request waits for one more. */
  | { readonly kind: "want"; readonly deploymentId: string; readonly limit: number }
  /** One is not used here. */
  | { readonly kind: "give"; readonly deploymentId: string };

/** What a worker is told about them. */
export type SlotNews =
  /** One more is its own. */
  | { readonly kind: "grant"; readonly deploymentId: string }
  /** So many are wanted by the others: whatever is not used is to be given. */
  | {
      readonly kind: "wanted";
      readonly deploymentId: string;
      readonly limit: number;
      readonly count: number;
    };

/** The shares that are not what they were at first, by deployment. */
export type MovedShares = Readonly<Record<string, number>>;
