#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/census.hpp"

namespace statewright::kernels {

/// A census of a share of a family, as far as it has come.
struct Census {
  CensusFamily family;
  std::uint64_t begin = 0, end = 0;  ///< the share
  std::uint64_t next = 0;            ///< members begin, .., next - 1 are counted
  CensusResult result;

  bool is_complete() const noexcept { return next == end; }
  /// "Is there a member with such eigenvalues, such a norm, that counts so?": how many, the first,
  /// the most robust ones. census_member tells more of each.
  CensusCell answer(const CensusQuestion& question) const noexcept {
    return result.answer(question);
  }
  bool operator==(const Census&) const = default;
};

struct CensusOptions {
  Backend backend = Backend::automatic;
  unsigned threads = 0;               ///< cpu: 0 for all processors
  std::uint32_t rank = 0, ranks = 1;  ///< the share: part `rank` of so many, nearly equal
  std::string checkpoint = {};        ///< a file that the state is saved to; empty: none
  bool resume = false;                ///< go on from that file, which must exist
  double save_every = 30;             ///< seconds between two savings
  std::uint64_t batch = 0;            ///< members between two looks; 0: about a tenth of a second
  /// Called before each batch with members counted and members of the share; false: stop here.
  std::function<bool(std::uint64_t done, std::uint64_t total)> proceed = {};
};

/// Counts a share of a family. The result is the same on every backend, for any number of threads,
/// batches and interruptions. The checkpoint is saved at the beginning, at intervals, when
/// `proceed` says so and at the end; each time whole: under another name first, which then replaces
/// the file. Errors: those of census; Error{range} for a rank that is none of the ranks; those of
/// load_checkpoint and save_checkpoint.
Census run_census(const CensusFamily& family, const CensusOptions& options);

/// The whole of a family from the censuses of its shares, in any order.
/// Errors: Error{range} if the shares overlap, are not complete, or leave members out.
Census merged_census(const CensusFamily& family, std::vector<Census> shares);

/// The text of a checkpoint: lines of words, the first "statewright census 1", then the family, the
/// share, the cells that are not empty, and last a checksum (FNV-1a) of all before.
std::string checkpoint_text(const Census& census);

/// Errors: Error{syntax} at `where`:LINE for what is no checkpoint of this version, damaged ones
/// too; Error{range} for one of another family, with the difference.
Census parse_checkpoint(std::string_view text, const CensusFamily& family,
                        const std::string& where);

/// Reading and writing such files; what a symbolic link names is replaced, not the link. Errors:
/// Error{io}, for devices and folders too; those of parse_checkpoint.
Census load_checkpoint(const std::string& path, const CensusFamily& family);
void save_checkpoint(const std::string& path, const Census& census);

}  // namespace statewright::kernels
