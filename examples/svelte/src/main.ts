import { mount } from "svelte";
import BankAccounts from "./BankAccounts.svelte";

const target = document.getElementById("app");
if (target) mount(BankAccounts, { target });
