# SPDX-License-Identifier: Apache-2.0
# cmake -DADDRESS=… -DTARGET=… -P download.cmake: fetches one file; the caller checks its hash.
# A server that does not answer must not stall set-up: another address may follow.
file(DOWNLOAD "${ADDRESS}" "${TARGET}" STATUS status INACTIVITY_TIMEOUT 20 TLS_VERIFY ON)
list(GET status 0 code)
if(NOT code EQUAL 0)
  list(GET status 1 reason)
  file(REMOVE "${TARGET}")
  message(FATAL_ERROR "${reason}")
endif()
