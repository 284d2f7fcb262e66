// SPDX-License-Identifier: Apache-2.0
export const eventWords = 4;
export const controlWords = 4;
export const roomSizeMin = 1024;
export const badHandle = -1000;
export const badState = -1001;
export const held = 1;
export const EventKind = {opened:0,closed:1,response:2,error:3,errorMore:4,introduced:5,goaway:6} as const;
