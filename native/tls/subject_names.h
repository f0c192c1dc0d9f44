// Owns the names that a subject amounts to beside the directory name that it is: mailboxes, host
// names, addresses. Conditions ask for them, so name constraints hold for them (tls/name_rules.h).
// Pure.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "identity/address_octets.h"

namespace pinlatch::tls {

// SubjectNames holds text in UTF-8. Empty text stands for a value that is no text, and is a
// malformed name of its kind; whether other text is well-formed is for the caller to judge.
struct SubjectNames {
  // Every emailAddress.
  std::vector<std::string> mailboxes;
  // Every commonName that looks like a host name, prepared (identity/prepared_text.h): of letters,
  // digits, hyphens and underscores, with a dot between two of them, the last label no number.
  // Forms of one count that OpenSSL (3.0 to 3.5) does not hold to constraints: with a final dot,
  // which is left out here, with "*", with empty labels, and with letters beside ASCII. NULs at the
  // end are left out; a name with one elsewhere is here whatever it looks like, as nobody can say
  // where readers end it.
  std::vector<std::string> hosts;
  // Every commonName that is an IP address.
  std::vector<identity::AddressOctets> addresses;
};

// ReadSubjectNames reads the attributes of a DER Name, of any string type, in all its RDNs. What is
// not a Name has none: a certificate with such a subject is not read at all.
SubjectNames ReadSubjectNames(ByteSpan der);

}  // namespace pinlatch::tls
