import { firstShare } from "./first-share.ts";
import { openSlotAccount } from "./slot-account.ts";
import type { Customer, SlotAccount } from "./slot-account.ts";
import type { MovedShares, SlotMessage, SlotNews } from "./slot-messages.ts";

/** One process at the bank. */
export interface BankMember {
  readonly receive: (message: SlotMessage) => void;
  /** What it held and wanted is for the others. */
  readonly leave: () => void;
}

/** Moves slots between the processes that share the limits of one config. */
export interface SlotBank {
  /** `moved` is what the process must know of its shares when it begins. */
  readonly join: (
    worker: number,
    send: (news: SlotNews) => void,
  ) => { readonly member: BankMember; readonly moved: MovedShares };
}

/** Creates the bank of some workers, numbered from 1. */
export function createSlotBank(workers: number): SlotBank {
  const customers = new Set<Customer>();
  const accounts = new Map<string, SlotAccount>();

  const openAccount = (deploymentId: string, limit: number): SlotAccount => {
    const shares = new Map(
      [...customers].map((customer) => {
        const { worker } = customer;
        return [customer, firstShare(limit, { workers, worker })] as const;
      }),
    );
    const account = openSlotAccount({ deploymentId, limit, shares, customers });
    accounts.set(deploymentId, account);
    return account;
  };
  const take = (customer: Customer, message: SlotMessage): void => {
    const { deploymentId } = message;
    const account = accounts.get(deploymentId);
    if (message.kind === "give") account?.give(customer);
    else (account ?? openAccount(deploymentId, message.limit)).want(customer);
  };

  return {
    join: (worker, send) => {
      const customer: Customer = { worker, send };
      customers.add(customer);
      return {
        member: {
          receive: (message) => take(customer, message),
          leave: () => {
            customers.delete(customer);
            for (const account of accounts.values()) account.drop(customer);
          },
        },
        // Its part of these became free when the one before it left, or when they were opened.
        moved: Object.fromEntries([...accounts.keys()].map((id) => [id, 0])),
      };
    },
  };
}
