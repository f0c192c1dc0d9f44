// What the name of a seed says is what the replay asserts.
#include <doctest/doctest.h>

#include "seed_name.h"

namespace pinlatch::fuzz {

TEST_CASE("a name foretells the outcome that it begins with, and no other") {
  CHECK(Foretells("accept", Outcome::Accepted()));
  CHECK(Foretells("accept-plain", Outcome::Accepted()));
  CHECK(Foretells("accept-tls12-plain", Outcome::Accepted("tls12")));
  CHECK(Foretells("refuse-bad-host", Outcome::Refused(ErrorCode::kBadHost)));
  CHECK(Foretells("refuse-bad-host-of-two", Outcome::Refused(ErrorCode::kBadHost)));

  CHECK_FALSE(Foretells("plain", Outcome::Accepted()));
  CHECK_FALSE(Foretells("accepted", Outcome::Accepted()));
  CHECK_FALSE(Foretells("accept-plain", Outcome::Refused(ErrorCode::kBadHost)));
  CHECK_FALSE(Foretells("refuse-bad-host", Outcome::Accepted()));
  CHECK_FALSE(Foretells("refuse-bad-path", Outcome::Refused(ErrorCode::kBadHost)));
  CHECK_FALSE(Foretells("refuse-routes.10", Outcome::Refused("routes.1")));
}

TEST_CASE("a name that could mean two rules means the longer one") {
  CHECK(Foretells("refuse-signature-limit", Outcome::Refused("signature-limit")));
  CHECK_FALSE(Foretells("refuse-signature-limit", Outcome::Refused("signature")));
  CHECK_FALSE(Foretells("refuse-crl-signature-algorithm-md5", Outcome::Refused("crl-signature")));
}

}  // namespace pinlatch::fuzz
