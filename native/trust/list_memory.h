// Owns the memory of how far the revocation lists of each series have come, so that an older list
// never takes the place of one that served. No files: the control plane keeps the marks. Control
// thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "revocation/list_series.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

struct HeldList;

// ListMark is the newest list of one series in one trust bundle that served. It holds what the CA
// wrote, not what this program makes of it, so that any later version can read it.
struct ListMark {
  std::string bundle;
  std::vector<uint8_t> issuer;  // DER Name
  std::vector<uint8_t> scope;   // DER of the issuingDistributionPoint; empty where lists have none
  bool is_delta = false;
  std::vector<uint8_t> key_id;  // the authorityKeyIdentifier of the lists; may be empty
  // key is the SHA-256 of the signer's SubjectPublicKeyInfo, hexadecimal; empty as long as nobody
  // has shown the signer's certificate.
  std::string key;
  ListAge age;

  bool operator==(const ListMark&) const = default;
};

// SignerKey is the key of a list's signer as marks have it.
std::string SignerKey(const Certificate& signer);

// IssuerText is the issuer's name as RFC 4514 has it.
std::string IssuerText(const ListMark& mark);
// ScopeText says which certificates lists of the mark's scope are about, e.g. "users only".
std::string ScopeText(const ListMark& mark);
// ListText names the list, e.g. "the delta list for all certificates, number 0x06, issued ...".
std::string ListText(const ListMark& mark);

// ForgetList is the remedy that drops what is remembered of the mark's issuer in its bundle.
std::shared_ptr<const Remedy> ForgetList(std::string when, const ListMark& mark);

// RememberedSeries is a mark with its names read.
struct RememberedSeries {
  ListMark mark;
  std::string issuer;  // canonical
  ListScope scope;

  // IsAsFar says that a list of this age, of this series or, of delta lists, of the complete ones
  // of this issuer, key and scope, tells what the remembered one told. They share one sequence of
  // numbers (RFC 5280 sections 5.2.3 and 5.2.4).
  bool IsAsFar(const ListAge& age) const;
};

class ListMemory {
 public:
  ListMemory();
  ~ListMemory();
  ListMemory(const ListMemory&) = delete;
  ListMemory& operator=(const ListMemory&) = delete;

  // Remember takes over a mark that was kept. Error: kCrlInvalid, when its names cannot be read.
  Status Remember(ListMark mark);
  // Note marks the lists of a bundle that serves from now on. A list whose issuer is known and did
  // not sign it leaves no mark.
  void Note(const std::string& bundle, const TrustBundle::Impl& lists);
  // Learn takes over whose keys signed the lists of a bundle, where that has been found out.
  void Learn(const std::string& bundle, const TrustBundle::Impl& lists);
  // Forget drops what is remembered of an issuer (DER Name) in a bundle; how many marks that were.
  size_t Forget(const std::string& bundle, ByteSpan issuer);
  // marks are in the order that they were first remembered in.
  std::vector<ListMark> marks() const;

  // Compare notes on every list whether it is older than what is remembered of its series. What is
  // remembered of a bundle that is none of `bundles`, those of the configuration, holds for all:
  // that bundle may have been renamed. Error: kCrlInvalid, when nothing in a series is as new as
  // what is remembered.
  Status Compare(const std::string& bundle, const std::vector<std::string>& bundles,
                 const std::vector<std::unique_ptr<HeldList>>& lists) const;
  // FindMissing returns what is remembered and in none of the lists of a bundle, as far as is known
  // whose they are. What is remembered of a bundle that is none of `bundles` is asked for only
  // where a list of its issuer is there.
  std::vector<RememberedSeries> FindMissing(
      const std::string& bundle, const std::vector<std::string>& bundles,
      const std::vector<std::unique_ptr<HeldList>>& lists) const;

 private:
  using Entry = RememberedSeries;
  // IsOfSeries says whether a list is, or may be, of a series, and notes on it that it is older.
  static bool IsOfSeries(const Entry& series, HeldList& held, bool is_older);
  static Status CompareWith(const Entry& series,
                            const std::vector<std::unique_ptr<HeldList>>& lists);
  Entry* Find(const Entry& series);
  void Raise(Entry entry);

  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace pinlatch::tls
