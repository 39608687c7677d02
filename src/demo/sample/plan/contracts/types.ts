/** One line of the ledger. */
export interface Expense {
  who: string;
  cents: number;
}
