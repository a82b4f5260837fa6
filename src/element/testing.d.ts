/**
 * `relink-widget/testing`: every outcome of the flow by name, offline and without a backend, for your own tests.
 *
 * The widget never loads this module, and no page for customers should.
 */
import type {
  RelinkCancelDetail,
  RelinkCode,
  RelinkErrorDetail,
  RelinkFailureDetail,
  RelinkOutcome,
  RelinkReason,
  RelinkRemindDetail,
  RelinkRule,
  RelinkState,
  RelinkSuccessDetail,
  RelinkWidgetElement,
} from "./relink-widget.js";

/** What can be simulated. */
export type SimulatedOutcome =
  // Ends in `relink-success`.
  | "same_account"
  | "any_account"
  | "chosen_account"
  | "partial"
  | "already_active"
  | "already_succeeded"
  | "hosted"
  | "confirmed"
  | "session_replaced"
  | "wrong_account_then_right"
  // Ends in `relink-cancel`.
  | "cancelled_in_loading"
  | "cancelled_in_review"
  | "cancelled_in_authorizing"
  | "cancelled_in_selecting"
  | "cancelled_in_completing"
  | "closed_at_bank"
  // Comes to `relink-remind` and then ends in `relink-cancel`. The element has `remind-later` meanwhile.
  | "reminded"
  // Ends in `relink-failure`.
  | "not_relinkable"
  | "account_closed"
  | "unsupported_handoff"
  | "invalid_request"
  | "not_authenticated"
  | "forbidden"
  | "session_not_found"
  | "session_expired"
  // Comes to `relink-error`, from where the customer may go on.
  | "wrong_account"
  | "wrong_login"
  | "failed_without_reason"
  | "signed_out_after_bank"
  | "session_consumed"
  | "rate_limited"
  | "provider_unavailable"
  | "bank_unavailable"
  | "network_error"
  | "timeout"
  | "invalid_response"
  | "handoff_failed"
  | "handoff_unreachable"
  | "popup_blocked"
  | "not_visible";

/** The event that an outcome is known by, and what is certain of its detail. */
export type SimulatedEnd =
  | { readonly event: "relink-success"; readonly detail: { outcome: RelinkOutcome; rule: RelinkRule } }
  | { readonly event: "relink-failure" | "relink-error"; readonly detail: { code: RelinkCode } }
  | { readonly event: "relink-cancel"; readonly detail: { state: RelinkState } }
  | { readonly event: "relink-remind"; readonly detail: { reason: RelinkReason } };

/** A request of the widget's that was answered. */
export interface SimulatedRequest {
  act: "create" | "read" | "complete" | "cancel";
  /** The session's id, or null where one is created. */
  session: string | null;
  body: unknown;
  /** Its `Idempotency-Key`. */
  key: string | null;
}

/** What `play` resolves to: the event's type, and its detail. */
export type SimulatedEvent =
  | ({ type: "relink-success" } & RelinkSuccessDetail)
  | ({ type: "relink-failure" } & RelinkFailureDetail)
  | ({ type: "relink-error" } & RelinkErrorDetail)
  | ({ type: "relink-cancel" } & RelinkCancelDetail)
  | ({ type: "relink-remind" } & RelinkRemindDetail);

/** A simulation that is in place. */
export interface Simulation {
  readonly outcome: SimulatedOutcome;
  readonly endpoint: string;
  readonly ends: SimulatedEnd;
  /** The widget's requests so far, in order. */
  readonly requests: readonly SimulatedRequest[];
  /**
   * Shows the widget (the first of the page where none is given), presses what a customer would press, and resolves to
   * the event that the outcome is known by; at once where it has come already. Rejects where the flow ends in another way,
   * or the element's `endpoint` is not the simulated one. In jsdom and happy-dom nothing is drawn and nothing is pressed:
   * the element says what the drawn one would have said.
   */
  play(widget?: RelinkWidgetElement | null): Promise<SimulatedEvent>;
  /** Puts `fetch`, `Stripe` and `open` back. */
  restore(): void;
}

/** Where the simulation is put. */
export interface SimulationOptions {
  /** As on the element; `/relink` where it is not given. */
  endpoint?: string;
  /** The page's, where it is not this one: in Cypress, of `onBeforeLoad`. */
  window?: Window & typeof globalThis;
}

/** Every outcome, by name, with what it ends in. */
export declare const outcomes: { readonly [Name in SimulatedOutcome]: SimulatedEnd };

/** Their names. */
export declare const names: readonly SimulatedOutcome[];

/** From now on the widget's requests and its way to the bank are answered so that this is the outcome. */
export declare function simulate(outcome: SimulatedOutcome, options?: SimulationOptions): Simulation;

/** Ends the simulation that is in place, if there is one. */
export declare function restore(window?: Window): void;

/**
 * The same as a classic script, for what runs scripts before a page's own (Playwright's `addInitScript`). In the page
 * it leaves `relinkSimulation` and `relinkTesting`.
 */
export declare function script(outcome: SimulatedOutcome, options?: { endpoint?: string }): string;

declare global {
  interface Window {
    /** What `script()` has put in place. */
    relinkSimulation?: Simulation;
    /** This module, in a page that `script()` was put into. */
    relinkTesting?: { outcomes: typeof outcomes; simulate: typeof simulate; restore: typeof restore };
  }
}
