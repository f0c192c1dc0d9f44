// Owns the command that puts the certificates of a file into the order of a chain.
#pragma once

#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <string>

namespace pinlatch::tls {

// ReorderCommand writes another file, with the `own`th certificate of the chain first (counted from
// 1), each before its issuer, and what is left behind them. What else is in the file stays with the
// certificate in front of it.
std::string ReorderCommand(const mbedtls_x509_crt& chain, size_t own, const std::string& path);

}  // namespace pinlatch::tls
