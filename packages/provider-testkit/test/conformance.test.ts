import { describeProvider } from "@earshot/provider-testkit";
import { acmeSuite } from "./acme-suite.ts";
import { jobsSuite } from "./jobs-suite.ts";

describeProvider(acmeSuite);
describeProvider(jobsSuite);
