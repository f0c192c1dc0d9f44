// Tests base/pem.h.
#include "base/pem.h"

#include <vector>

#include "doctest/doctest.h"

TEST_CASE("PEM has lines of 64 columns, the last of which may be shorter") {
  const std::vector<uint8_t> der(49, 0xff);
  CHECK(pinlatch::PemEncode("CERTIFICATE", der) == "-----BEGIN CERTIFICATE-----\n" +
                                                       std::string(64, '/') +
                                                       "\n/w==\n-----END CERTIFICATE-----\n");
  const pinlatch::ByteSpan whole(der.data(), 48);
  CHECK(pinlatch::PemEncode("X509 CRL", whole) ==
        "-----BEGIN X509 CRL-----\n" + std::string(64, '/') + "\n-----END X509 CRL-----\n");
}
