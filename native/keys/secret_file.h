// Owns the opening of secret files: who may read them, and the wiping of what was read.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "material/secret_bytes.h"
#include "snapshot/model.h"

namespace pinlatch::tls {

using material::SecretBytes;

// ReadSecretFile reads a file of at most 64 KiB. Symbolic links are followed (certificate renewal
// works with them); what counts is the file that was opened. It must belong to root or to this
// process's user, and nobody else may read or write it, but that root may lend it to a group which
// this process is in (mode 0640). Errors, with `at`: kFileUnreadable, kKeyExposed with the command
// that mends it.
Result<SecretBytes> ReadSecretFile(const snapshot::SecretFile& secret, const std::string& at);

// RequirePrivate is that rule for a file with a secret in it that is open already. Errors:
// likewise.
Status RequirePrivate(const OpenFile& file, const std::string& path, const std::string& at);

}  // namespace pinlatch::tls
