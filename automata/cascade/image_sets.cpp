#include "automata/cascade/image_sets.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "automata/cascade/strong_components.hpp"
#include "core/error.hpp"

namespace statewright::automata {

using core::Error;
using core::Fault;

template <std::size_t words>
ImageSets<words>::ImageSets(const Dfa& dfa, const core::Limits& limits)
    : letters_(dfa.letters.size()) {
  if (dfa.size() > Set::kCapacity) {
    throw Error({Fault::unsupported, "holonomy",
                 "at most " + std::to_string(Set::kCapacity) + " states",
                 std::to_string(dfa.size())});
  }
  core::Meter meter(limits, "image sets");
  const auto check = [&](std::uint64_t stored) {
    if (const auto hit = meter.check(stored)) {
      throw Error({Fault::limit, "holonomy", "a result within the limit (" + hit->limit + ")",
                   "more image sets", hit->raise});
    }
  };
  numbers_.insert(Set::first(dfa.size()));
  const auto close = [&](std::uint32_t from) {
    for (std::uint32_t p = from; p < numbers_.size(); ++p) {
      check(numbers_.size());
      for (Letter a = 0; a < letters_; ++a) {
        const Set image = image_of(dfa, sets()[p], a);
        next_.push_back(numbers_.insert(image).first);
      }
    }
  };
  close(0);
  images_ = numbers_.size();
  for (State q = 0; q < dfa.size(); ++q) numbers_.insert(Set::single(q));
  close(static_cast<std::uint32_t>(images_));

  by_size_.resize(sets().size());
  std::iota(by_size_.begin(), by_size_.end(), 0U);
  std::vector<std::size_t> size;
  for (const Set& set : sets()) size.push_back(set.size());
  std::stable_sort(by_size_.begin(), by_size_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return size[a] > size[b]; });
  find_classes();
  for (Class& c : classes_) {
    check(sets().size());
    c.tiles = tiles_of(sets()[c.representative]);
  }
  find_heights();
}

template <std::size_t words>
void ImageSets<words>::find_classes() {
  const auto n = static_cast<std::uint32_t>(sets().size());
  class_ = strong_components(n, [&](std::uint32_t p) {
    return std::span<const std::uint32_t>(next_.data() + p * letters_, letters_);
  });
  classes_.resize(*std::max_element(class_.begin(), class_.end()) + std::size_t{1});
  for (std::uint32_t p = 0; p < n; ++p) classes_[class_[p]].members.push_back(p);
  for (Class& c : classes_) c.representative = c.members.front();
}

template <std::size_t words>
std::vector<std::uint32_t> ImageSets<words>::tiles_of(const Set& set) const {
  std::vector<std::uint32_t> tiles;
  if (set.size() < 2) return tiles;
  for (const std::uint32_t p : by_size_) {
    const Set& candidate = sets()[p];
    if (!candidate.subset_of(set) || candidate == set) continue;
    if (std::none_of(tiles.begin(), tiles.end(),
                     [&](std::uint32_t t) { return candidate.subset_of(sets()[t]); })) {
      tiles.push_back(p);
    }
  }
  return tiles;
}

/// Longest chains. Both kinds of edges lead to sets of fewer states, or of as many in another
/// class, and the latter are found sinks first: so classes sorted by size, and as found within one
/// size, are in topological order from below.
template <std::size_t words>
void ImageSets<words>::find_heights() {
  std::vector<std::uint32_t> order(classes_.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto size = [&](std::uint32_t c) { return sets()[classes_[c].representative].size(); };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return size(a) < size(b); });
  const auto for_each_below = [&](std::uint32_t c, auto visit) {
    for (const std::uint32_t p : classes_[c].members) {
      for (Letter a = 0; a < letters_; ++a) {
        if (class_[after(p, a)] != c) visit(class_[after(p, a)]);
      }
    }
    for (const std::uint32_t p : classes_[c].tiles) visit(class_[p]);
  };
  for (const std::uint32_t c : order) {
    if (size(c) < 2) continue;
    for_each_below(c, [&](std::uint32_t below) {
      classes_[c].height = std::max(classes_[c].height, classes_[below].height + 1);
    });
  }
  classes_[class_[0]].depth = 1;
  for (auto c = order.rbegin(); c != order.rend(); ++c) {
    if (size(*c) < 2) continue;
    for_each_below(*c, [&](std::uint32_t below) {
      classes_[below].depth = std::max(classes_[below].depth, classes_[*c].depth + 1);
    });
  }
}

template class ImageSets<1>;
template class ImageSets<4>;

}  // namespace statewright::automata
