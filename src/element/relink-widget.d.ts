/**
 * `<relink-widget>`: repairs a broken bank link inside a web page.
 *
 * Importing this module defines the element, and does nothing where there is no browser. Everything declared here is
 * a type; the module exports no value. Past 400 lines, since editors and bundlers read one file of types.
 */

/** Where a flow is: the element's `state` attribute and property. */
export type RelinkState =
  | "loading"
  | "review"
  | "authorizing"
  | "selecting"
  | "completing"
  | "succeeded"
  | "failed"
  | "cancelled";

/** A string that may grow by values which this version does not know. */
export type Open<Known extends string> = Known | (string & Record<never, never>);

/** What went wrong, in `relink-failure` and `relink-error`. */
export type RelinkCode = Open<
  // From a backend.
  | "invalid_request"
  | "not_authenticated"
  | "forbidden"
  | "session_not_found"
  | "session_expired"
  | "session_consumed"
  | "not_relinkable"
  | "account_closed"
  | "rate_limited"
  | "provider_unavailable"
  // The widget's own.
  | "network_error"
  | "timeout"
  | "invalid_response"
  | "unsupported_handoff"
  | "handoff_failed"
  | "handoff_unreachable"
  | "popup_blocked"
  | "not_visible"
  | "no_account"
  | "no_authorization"
  | "unknown"
>;

/** How a relink succeeded. */
export type RelinkOutcome = "relinked" | "already_active" | "partial";

/** Exactly one account was asked for, or any under the authorization. */
export type RelinkRule = "same_account" | "any_account";

/** Stripe's reason why a relink did not succeed. */
export type RelinkFailureReason = Open<"no_account" | "no_authorization" | "other">;

/** What `relink-success` tells of an account. Never a full number. */
export interface RelinkedAccount {
  /** `fca_…` */
  id: string;
  /** The id under which the merchant knew the account before; null where that is the same. */
  replaces: string | null;
  institution_name: string | null;
  display_name: string | null;
  last4: string | null;
}

/** What every event's `detail` holds. */
export interface RelinkDetail {
  /** The relink session's id, or null before there is one. */
  session: string | null;
  /** The flow's id: made when the flow begins, the same through retries, replaced sessions and reloads. */
  flow: string | null;
}

/** The first interactive view is on screen. */
export type RelinkReadyDetail = RelinkDetail;

/** The state changed. */
export interface RelinkStateDetail extends RelinkDetail {
  state: RelinkState;
  previous: RelinkState | null;
}

/** The flow ended with a relink. */
export interface RelinkSuccessDetail extends RelinkDetail {
  outcome: RelinkOutcome;
  rule: RelinkRule;
  /** `fcauth_…` */
  authorization: string | null;
  accounts: RelinkedAccount[];
}

/** The flow ended without a relink. */
export interface RelinkFailureDetail extends RelinkDetail {
  code: RelinkCode;
  failure_reason: RelinkFailureReason | null;
  /** For the merchant's developer; the customer reads the widget's own words. */
  message: string;
  /** Whether another flow may go better. */
  retryable: boolean;
  /** The backend's name for the request. */
  request_id: string | null;
}

/** The customer leaves, and wants your page to ask again tomorrow; `relink-cancel` follows. Only with `remind-later`. */
export interface RelinkRemindDetail extends RelinkDetail {
  /** The account that is to be relinked, `fca_…`; null where any under the authorization will do. */
  account: string | null;
  /** The gravest reason before the bank; null where none is known. */
  reason: RelinkReason | null;
}

/** The customer closed it. */
export interface RelinkCancelDetail extends RelinkDetail {
  /** The state in which it was closed. */
  state: RelinkState;
}

/** Something went wrong that the customer may still get past. */
export interface RelinkErrorDetail extends RelinkDetail {
  code: RelinkCode;
  /** For the merchant's developer. */
  message: string;
  retryable: boolean;
  request_id: string | null;
}

/** Why the customer is here, in `relink-event` and `relink-remind`. */
export type RelinkReason = Open<
  | "access_denied"
  | "access_expired"
  | "account_unavailable"
  | "institution_requirement"
  | "unspecified"
  | "number_deactivated"
  | "number_expiring"
  | "deactivation_expected"
  | "permissions"
>;

/** One stream for analytics, in Stripe's own names, and `remind`, for which Stripe has none. */
export interface RelinkAnalyticsDetail extends RelinkDetail {
  name: Open<
    | "open"
    | "consent_acquired"
    | "flow_launched_in_browser"
    | "institution_authorized"
    | "accounts_selected"
    | "success"
    | "error"
    | "remind"
    | "cancel"
  >;
  /** Milliseconds since 1970, by the browser's clock. */
  timestamp: number;
  institution_name: string | null;
  /** What went wrong: of `error`, and of an `open` where the flow begins with an error. */
  error_code: RelinkCode | null;
  /** Whether the flow ended by that; null where `error_code` is. */
  final: boolean | null;
  /** The gravest reason before the bank; null where none is known. */
  reason: RelinkReason | null;
  /** The account that is to be relinked, `fca_…`; null where any under the authorization will do. */
  account: string | null;
  /** The type of the session's `handoff`; null before there is a session. */
  handoff: Exclude<RelinkHandoff["type"], "later"> | null;
  /** Which try this is: one more each time that the customer sets out, from 1. */
  attempt: number;
  /** Milliseconds since the flow began, across reloads. */
  elapsed_ms: number;
}

/** The element's events. All of them bubble and are composed. */
export interface RelinkWidgetEventMap {
  "relink-ready": CustomEvent<RelinkReadyDetail>;
  "relink-state": CustomEvent<RelinkStateDetail>;
  "relink-success": CustomEvent<RelinkSuccessDetail>;
  "relink-failure": CustomEvent<RelinkFailureDetail>;
  "relink-remind": CustomEvent<RelinkRemindDetail>;
  "relink-cancel": CustomEvent<RelinkCancelDetail>;
  "relink-error": CustomEvent<RelinkErrorDetail>;
  "relink-event": CustomEvent<RelinkAnalyticsDetail>;
}

/** What `show()` resolves to: the event that ended the flow. */
export type RelinkEnd =
  | ({ type: "relink-success" } & RelinkSuccessDetail)
  | ({ type: "relink-failure" } & RelinkFailureDetail)
  | ({ type: "relink-cancel" } & RelinkCancelDetail);

/** Headers that are added to each request to the relink API. */
export type RelinkHeaders = Record<string, string>;

/**
 * Texts in the place of the widget's own, by name: `docs/words.md` lists the names, and what each is filled with in
 * braces, as `{bank}`. Text, never markup.
 */
export type RelinkMessages = Record<string, string>;

/** The attributes, as properties. */
export interface RelinkWidgetProperties {
  /** Base URL of the merchant's relink API, absolute or relative to the page. Required. */
  endpoint: string | null;
  /** The Financial Connections account to relink, `fca_…`; without it the backend decides. */
  account: string | null;
  /** The authorization whose accounts may be relinked, `fcauth_…`. */
  authorization: string | null;
  /** The id of a session that the backend has created already; then none is created. */
  session: string | null;
  /** In the page, or in a dialog above it. */
  display: "inline" | "modal";
  /** Whether a modal is shown; setting it opens, unsetting it closes. */
  open: boolean;
  /** `auto` follows the browser. */
  theme: "auto" | "light" | "dark";
  /** As in `fetch`. */
  credentials: RequestCredentials;
  /** Sent as `X-CSRF-Token` with every POST. */
  csrfToken: string | null;
  /** What you are called until a session says it: while it is fetched, and where that fails. */
  merchantName: string | null;
  /** Where customers sign in, for one who turns out to be signed out before a session says it. */
  signInUrl: string | null;
  /** Where `relink-widget copy` has put the files of each version, for a page whose bundler does not: "/relink/" say. */
  assetsBase: string | null;
  /**
   * Whether your page asks again tomorrow where the customer wants that. Then the review has "Remind me tomorrow" in the
   * place of "Not now", and you hear `relink-remind`. Read when a flow starts.
   */
  remindLater: boolean;
  /**
   * Added to each request to the relink API. The first request of an element in sight leaves once the page is parsed: code that
   * sets this later (after hydration, say) sets `endpoint` last. Before there is an `endpoint`, no request leaves.
   */
  headers: RelinkHeaders | (() => RelinkHeaders | Promise<RelinkHeaders>) | null;
  /** Texts in the place of the widget's own; read when it starts, starts over, or `lang` changes. */
  messages: RelinkMessages | null;
}

/** The element `<relink-widget>`. */
export interface RelinkWidgetElement extends HTMLElement, RelinkWidgetProperties {
  /** Where the flow is; null before it has started. */
  readonly state: RelinkState | null;

  /** Shows a modal, or starts an inline one. Resolves with the event that ends the flow; never rejects. */
  show(): Promise<RelinkEnd>;

  /** Asks to close: cancels a running flow. */
  close(): void;

  /** Starts over with a new session; after a failed load, tries the load again. */
  restart(): void;

  addEventListener<Name extends keyof RelinkWidgetEventMap>(
    type: Name,
    listener: (this: RelinkWidgetElement, event: RelinkWidgetEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: (this: RelinkWidgetElement, event: HTMLElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<Name extends keyof RelinkWidgetEventMap>(
    type: Name,
    listener: (this: RelinkWidgetElement, event: RelinkWidgetEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: (this: RelinkWidgetElement, event: HTMLElementEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** What a page gives the element: all of it may be left out, but for the endpoint. */
export interface RelinkWidgetInputs extends Partial<Omit<RelinkWidgetProperties, "endpoint">> {
  /** Base URL of the merchant's relink API, absolute or relative to the page. */
  endpoint: string;
}

/**
 * Attributes, properties and listeners as markup may set them. A framework's own (`key`, `ref`, `class` and so on) come
 * from the framework: see `relink-widget/react`, `/preact`, `/solid`, `/vue` and `/svelte`.
 */
export interface RelinkWidgetAttributes extends RelinkWidgetInputs {
  /** The attribute's own name, for frameworks that set attributes. */
  "csrf-token"?: string | null;
  /** The attribute's own name, for frameworks that set attributes. */
  "merchant-name"?: string | null;
  /** The attribute's own name, for frameworks that set attributes. */
  "sign-in-url"?: string | null;
  /** The attribute's own name, for frameworks that set attributes. */
  "assets-base"?: string | null;
  /** The attribute's own name, for frameworks that set attributes. */
  "remind-later"?: boolean;
  "onrelink-ready"?: (event: RelinkWidgetEventMap["relink-ready"]) => void;
  "onrelink-state"?: (event: RelinkWidgetEventMap["relink-state"]) => void;
  "onrelink-success"?: (event: RelinkWidgetEventMap["relink-success"]) => void;
  "onrelink-failure"?: (event: RelinkWidgetEventMap["relink-failure"]) => void;
  "onrelink-remind"?: (event: RelinkWidgetEventMap["relink-remind"]) => void;
  "onrelink-cancel"?: (event: RelinkWidgetEventMap["relink-cancel"]) => void;
  "onrelink-error"?: (event: RelinkWidgetEventMap["relink-error"]) => void;
  "onrelink-event"?: (event: RelinkWidgetEventMap["relink-event"]) => void;
  /** The widget has left the screen, as on a dialog. */
  onclose?: (event: Event) => void;
}

/** The same for whatever looks for JSX in the global scope, with all else let through. */
export interface RelinkWidgetJsx extends RelinkWidgetAttributes {
  lang?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what the framework adds is the framework's.
  [attribute: string]: any;
}

// What crosses to and from the merchant's backend.

/** A relink session, as each route of the relink API answers. */
export interface RelinkSession {
  object: "relink_session";
  id: string;
  livemode: boolean;
  status: Open<"pending" | "succeeded" | "failed" | "cancelled" | "expired">;
  /** Unix seconds. */
  expires_at: number;
  /** Seconds left when the answer was made; where given it counts, and not the browser's clock. */
  expires_in?: number;
  /** When the merchant's next payment is due, in Unix seconds: the review says so. */
  next_payment_at?: number | null;
  merchant: RelinkMerchant;
  institution: RelinkInstitution;
  permissions: RelinkPermission[];
  /** Names at least one of the two: a session that does not say what is relinked is `invalid_response`. */
  relink_options: {
    authorization?: string | null;
    /** Set: exactly this account. Absent: any under the authorization, at the same institution. */
    account?: string | null;
  };
  /** At most so many accounts; absent: any number. */
  limits?: { accounts?: number | null } | null;
  /** Stripe's Financial Connections Account objects: as linked today, and after the handoff as they are then. */
  accounts: RelinkAccount[];
  handoff?: RelinkHandoff | null;
  /** Stripe's own, checked by the backend. */
  relink_result: {
    account: string | null;
    authorization: string | null;
    failure_reason: RelinkFailureReason | null;
  } | null;
}

/** Who asks. Links are HTTPS. */
export interface RelinkMerchant {
  name: string;
  /** Drawn as the merchant's mark; its initials where there is none. */
  logo_url?: string | null;
  /** Where a customer who is signed out is led. */
  sign_in_url?: string | null;
  support_url?: string | null;
  privacy_url?: string | null;
}

/** Which bank. */
export interface RelinkInstitution {
  id?: string;
  name: string;
  logo_url?: string | null;
  /** Stripe's: `degraded` and `inactive` are said before the customer goes to the bank. */
  status?: Open<"active" | "degraded" | "inactive"> | null;
}

/** What the merchant may see or do. */
export type RelinkPermission = Open<
  "payment_method" | "balances" | "transactions" | "ownership" | "account_numbers"
>;

/** Where the customer proves to the bank who they are. */
export type RelinkHandoff =
  | {
      type: "stripe_js";
      publishable_key: string;
      client_secret: string;
      stripe_account?: string;
      /** Stripe's text that the review shows and the customer agrees to, so that Stripe need not ask again. */
      consent?: { id: string; consent_text: string; locale?: string | null; expires_at?: number | null } | null;
    }
  | { type: "hosted"; url: string }
  /** No bank is visited: the customer agrees in the review, and `complete` follows with no accounts. */
  | { type: "confirm" }
  /** A preview: the review is shown, and the session is made when the customer goes on. */
  | { type: "later" };

/** Stripe's Financial Connections Account, as far as the widget looks at it. */
export interface RelinkAccount {
  id: string;
  /** The id under which the merchant knew the account before, where that is another. */
  replaces?: string | null;
  /** Since when an inactive account has not worked, where the backend knows. */
  inactive_since?: number | null;
  object?: "financial_connections.account";
  authorization?: string | null;
  institution_name?: string;
  display_name?: string | null;
  last4?: string | null;
  category?: Open<"cash" | "credit" | "investment" | "other">;
  subcategory?: Open<"checking" | "savings" | "mortgage" | "line_of_credit" | "credit_card" | "other">;
  status: Open<"active" | "inactive" | "disconnected">;
  status_details?: {
    inactive?: {
      cause: Open<
        | "access_denied"
        | "access_expired"
        | "account_closed"
        | "account_unavailable"
        | "institution_requirement"
        | "unspecified"
      >;
      action: Open<"relink_required" | "none">;
    };
    active?: {
      action: Open<"relink_required" | "none">;
      cause: Open<"access_expired" | "institution_requirement" | "unspecified">;
      expected_deactivation_date?: number | null;
    };
  } | null;
  permissions?: RelinkPermission[] | null;
  account_numbers?:
    | {
        identifier_type: Open<"account_number" | "tokenized_account_number">;
        status: Open<"transactable" | "deactivated" | "expired" | "pending">;
        expected_expiry_date?: number | null;
        supported_networks?: string[];
      }[]
    | null;
  supported_payment_method_types?: string[];
  livemode?: boolean;
  created?: number;
}

/** Body of `POST {endpoint}/sessions`. */
export interface RelinkCreateSession {
  account?: string;
  authorization?: string;
  locale?: string;
}

/** Body of `POST {endpoint}/sessions/{id}/complete`. */
export interface RelinkCompleteSession {
  /** Those that the customer chose; empty where no bank was visited. */
  accounts: string[];
  /** What the customer agreed to in the review, where there was something to agree to; `collected_at` in Unix seconds. */
  consent?: { id: string; collected_at: number };
}

/** An error answer: RFC 9457 `application/problem+json`. */
export interface RelinkProblem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string | null;
  code: RelinkCode;
  request_id?: string | null;
}

// For a backend in TypeScript, where the package `stripe` has no types for a relink: its stable releases have none.

/** `relink_options` of Stripe's `POST /v1/financial_connections/sessions`. */
export interface StripeRelinkOptions {
  /** `fcauth_…` */
  authorization: string;
  /** `fca_…`: exactly this account; absent, any under the authorization. */
  account?: string;
}

/** `relink_result` of Stripe's session. */
export interface StripeRelinkResult {
  account?: string | null;
  authorization?: string | null;
  failure_reason?: RelinkFailureReason | null;
}

/** Stripe's parameters of a new session, with what is relinked: `RelinkParams<Stripe.FinancialConnections.SessionCreateParams>`. */
export type RelinkParams<Params> = Params & { relink_options: StripeRelinkOptions };

/** Stripe's session with what came of it: `RelinkResponse<Stripe.FinancialConnections.Session>`. */
export type RelinkResponse<Session> = Session & { relink_result?: StripeRelinkResult | null };

declare global {
  interface HTMLElementTagNameMap {
    "relink-widget": RelinkWidgetElement;
  }

  // They bubble: whoever listens on the document, the window or any element around hears them.
  interface GlobalEventHandlersEventMap extends RelinkWidgetEventMap {}

  // React up to 18, and whatever looks for JSX in the global scope.
  namespace JSX {
    interface IntrinsicElements {
      "relink-widget": RelinkWidgetJsx;
    }
  }
}
