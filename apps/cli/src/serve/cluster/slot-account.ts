import type { SlotNews } from "./slot-messages.ts";

/** A process that shares slots. */
export interface Customer {
  /** Its number, 1 for the first. */
  readonly worker: number;
  readonly send: (news: SlotNews) => void;
}

/** The slots of one deployment that somebody has asked for. */
export interface SlotAccount {
  /** The customer waits for one more slot. */
  readonly want: (customer: Customer) => void;
  /** The customer does not use one of its slots. */
  readonly give: (customer: Customer) => void;
  /** What the customer had and wanted is for the others. */
  readonly drop: (customer: Customer) => void;
}

export interface SlotAccountParts {
  readonly deploymentId: string;
  readonly limit: number;
  /** What each process has; the rest of the limit is free. */
  readonly shares: ReadonlyMap<Customer, number>;
  /** All that are there at the moment. */
  readonly customers: ReadonlySet<Customer>;
}

/** Opens an account. The shares of all and what is free always add up to the limit. */
export function openSlotAccount(parts: SlotAccountParts): SlotAccount {
  const { deploymentId, limit, customers } = parts;
  const shares = new Map(parts.shares);
  let free = [...shares.values()].reduce((rest, share) => rest - share, limit);
  /** Who waits for a slot, the longest first; several times who waits for several. */
  let wishes: Customer[] = [];

  const change = (customer: Customer, by: number): void => {
    shares.set(customer, (shares.get(customer) ?? 0) + by);
    free -= by;
  };
  /** Hands out what is free, and tells everybody what is still wanted. */
  const settle = (): void => {
    for (const customer of wishes.splice(0, free)) {
      change(customer, 1);
      customer.send({ kind: "grant", deploymentId });
    }
    for (const customer of customers) {
      const count = wishes.filter((other) => other !== customer).length;
      customer.send({ kind: "wanted", deploymentId, limit, count });
    }
  };
  return {
    want: (customer) => {
      wishes.push(customer);
      settle();
    },
    give: (customer) => {
      change(customer, -1);
      settle();
    },
    drop: (customer) => {
      change(customer, -(shares.get(customer) ?? 0));
      wishes = wishes.filter((other) => other !== customer);
      settle();
    },
  };
}
