import { describeProvider } from "@earshot/provider-testkit";
import { acmeSuite } from "./acme-suite.ts";

describeProvider(acmeSuite);
