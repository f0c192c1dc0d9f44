// Owns the names that a subject amounts to beside the directory name that it is: mailboxes, host
// names, addresses. Conditions ask for them, so name constraints hold for them
// (trust/name_rules.h). Pure.
#pragma once

#include <string>
#include <vector>

#include "base/address_octets.h"
#include "base/bytes.h"

namespace pinlatch::tls {

// SubjectNames holds text in UTF-8. Empty text stands for a value that is no text, and is a
// malformed name of its kind; whether other text is well-formed is for the caller to judge.
struct SubjectNames {
  // Every emailAddress.
  std::vector<std::string> mailboxes;
  // Every run of host-name characters in a commonName that has a dot and, behind the last dot, a
  // letter; of a commonName that consists of these characters whatever stands there (OpenSSL, 3.0
  // to 3.5, holds that alone to constraints). Prepared (identity/prepared_text.h); dots at the end
  // are left out. "*" is such a character, as is any letter beside ASCII, so that empty labels,
  // labels of asterisks and foreign letters make a malformed host name and not another text. NULs
  // at the end are left out; a name with one elsewhere is here whatever it looks like, as nobody
  // can say where readers end it.
  std::vector<std::string> hosts;
  // Every commonName, and every such run, that is an IP address, which is no host then; and the
  // text of those of IPv4, which pass for host names where nothing says that they are addresses.
  std::vector<AddressOctets> addresses;
  std::vector<std::string> address_texts;
};

// ReadSubjectNames reads the attributes of a DER Name, of any string type, in all its RDNs. What is
// not a Name has none: a certificate with such a subject is not read at all.
SubjectNames ReadSubjectNames(ByteSpan der);

}  // namespace pinlatch::tls
