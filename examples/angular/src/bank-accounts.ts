import { Component, CUSTOM_ELEMENTS_SCHEMA, type ElementRef, signal, viewChild } from "@angular/core";
import "relink-widget";
import type { RelinkHeaders, RelinkWidgetElement, RelinkWidgetEventMap } from "relink-widget";

@Component({
  selector: "bank-accounts",
  // Lets tags with a hyphen through that are no components of Angular's.
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <h1>Bank accounts</h1>
    <label>
      <input type="checkbox" id="mounted" [checked]="mounted()" (change)="mounted.set(!mounted())" />
      Show the account that needs you
    </label>
    @if (mounted()) {
      <relink-widget
        id="inline"
        endpoint="/relink"
        account="fca_1"
        [headers]="headers"
        (relink-success)="succeeded($event)"
        (relink-failure)="failed($event)"
        (relink-cancel)="cancelled($event)"
      >
        <a href="/by-hand">Reconnect your bank</a>
      </relink-widget>
    }
    <p>
      <button type="button" id="open" (click)="open.set(true)">Open</button>
      <button type="button" id="show" (click)="show()">Show</button>
    </p>
    <relink-widget
      #dialog
      id="dialog"
      display="modal"
      endpoint="/relink"
      account="fca_2"
      [open]="open()"
      [headers]="headers"
      (close)="open.set(false)"
      (relink-success)="succeeded($event)"
      (relink-failure)="failed($event)"
      (relink-cancel)="cancelled($event)"
    ></relink-widget>
    <p>The dialog is <output id="is-open">{{ open() ? "open" : "closed" }}</output>. Last: <output id="told">{{ told() }}</output></p>
    <p>What show() said: <output id="end">{{ end() }}</output></p>
  `,
})
export class BankAccounts {
  protected readonly mounted = signal(true);
  protected readonly open = signal(false);
  protected readonly told = signal("");
  protected readonly end = signal("");
  private readonly dialog = viewChild.required<ElementRef<RelinkWidgetElement>>("dialog");

  // In a real page, the token that your backend wants.
  protected readonly headers = async (): Promise<RelinkHeaders> => ({ "X-Page": "angular" });

  protected succeeded({ detail }: RelinkWidgetEventMap["relink-success"]) {
    this.told.set(`relink-success ${detail.accounts[0]?.id}`);
  }

  protected failed({ detail }: RelinkWidgetEventMap["relink-failure"]) {
    this.told.set(`relink-failure ${detail.code}`);
  }

  protected cancelled({ detail }: RelinkWidgetEventMap["relink-cancel"]) {
    this.told.set(`relink-cancel ${detail.state}`);
  }

  protected async show() {
    this.end.set((await this.dialog().nativeElement.show()).type);
  }
}
