/** A request that waits for a slot of a deployment. */
export interface SlotWish {
  readonly deploymentId: string;
  /** What the config grants to all processes together. */
  readonly limit: number;
  /** How many requests of this process wait for the deployment, this one included. */
  readonly waiting: number;
}

/** How several processes that serve together share each deployment's `maxParallelRequests`. */
export interface SlotShares {
  /** How many of the limit's slots this process may hold at this moment. */
  of(deploymentId: string, limit: number): number;
  /** Tells how many this process holds after each change; what it does not use may go to another. */
  holding(deploymentId: string, inFlight: number): void;
  /** Asks the other processes for a slot. */
  want(wish: SlotWish): void;
  /** The listener hears of each share that has grown. */
  onGrowth(listener: (deploymentId: string) => void): void;
}
