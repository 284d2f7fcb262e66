// SPDX-License-Identifier: Apache-2.0
// Style sheets are imported for the bundler only: they have no value.
declare module "*.css";
