#include "automata/algebra/kernel_orbit.hpp"

#include <algorithm>
#include <limits>

#include "automata/algebra/check_maps.hpp"
#include "automata/algebra/image_orbit.hpp"

namespace statewright::automata {

using core::LimitHit;
using core::Unknown;

Word KernelOrbit::word(Kernel kernel) const {
  Word word;
  for (; kernel != 0; kernel = parent_[kernel]) word.push_back(first_[kernel]);
  return word;
}

std::optional<Kernel> KernelOrbit::find(const Class* classes) const {
  const Kernel id = kernels_.find(classes);
  if (id == decltype(kernels_)::kNone) return {};
  return id;
}

detail::EdgeMap KernelOrbit::edge_map() const {
  return [this](std::uint32_t kernel, Letter a, State* out) {
    const Class* from = classes(kernel);
    const Class* to = classes(next(kernel, a));
    for (std::size_t q = 0; q < degree(); ++q) out[from[letters_[a][q]]] = to[q];
  };
}

detail::ComponentTree KernelOrbit::tree(std::uint32_t component) const {
  return detail::component_tree(next_, k(), components_, component,
                                ranks_[components_.root(component)], edge_map());
}

std::variant<detail::LoopGroup, Unknown> KernelOrbit::group(const detail::ComponentTree& tree,
                                                            const core::Limits& limits) const {
  core::Meter meter(limits, "kernels");
  auto found = detail::loop_group(next_, k(), components_, tree, edge_map(), meter);
  if (auto* hit = std::get_if<LimitHit>(&found)) {
    return Unknown{std::move(*hit), std::to_string(size()) + " kernels"};
  }
  return std::get<detail::LoopGroup>(std::move(found));
}

std::variant<KernelOrbit, Unknown> kernel_orbit(std::size_t degree,
                                                const std::vector<Transformation>& letters,
                                                const core::Limits& limits) {
  using Class = KernelOrbit::Class;
  check_maps(degree, letters);
  if (degree > std::numeric_limits<Class>::max()) {
    return Unknown{{"at most 65535 states where kernels are needed", ""}, ""};
  }
  KernelOrbit orbit(degree);
  orbit.letters_ = letters;
  const std::size_t k = letters.size();
  const std::uint64_t bytes = 2 * degree + 4 * k + 36;
  std::vector<Class> row(degree), renumbered(degree);
  for (std::size_t q = 0; q < degree; ++q) row[q] = static_cast<Class>(q);
  orbit.kernels_.insert(row.data());
  orbit.ranks_.push_back(static_cast<std::uint32_t>(degree));
  orbit.parent_.push_back(0);
  orbit.first_.push_back(0);
  core::Meter meter(limits, "kernels");
  for (Kernel kernel = 0; kernel < orbit.size(); ++kernel) {
    for (Letter a = 0; a < k; ++a) {
      static constexpr Class kUnseen = std::numeric_limits<Class>::max();
      const Class* classes = orbit.classes(kernel);
      const Transformation& map = letters[a];
      Class count = 0;
      std::fill_n(renumbered.begin(), orbit.ranks_[kernel], kUnseen);
      for (std::size_t q = 0; q < degree; ++q) {
        Class& number = renumbered[classes[map[q]]];
        if (number == kUnseen) number = count++;
        row[q] = number;
      }
      const auto [id, fresh] = orbit.kernels_.insert(row.data());
      orbit.next_.push_back(id);
      if (!fresh) continue;
      orbit.ranks_.push_back(count);
      orbit.parent_.push_back(kernel);
      orbit.first_.push_back(a);
    }
    auto hit = meter.check(orbit.size());
    if (!hit && orbit.size() * bytes > kMaxOrbitBytes) hit = LimitHit{"1 GiB of kernels", ""};
    if (hit) {
      return Unknown{std::move(*hit), "at least " + std::to_string(orbit.size()) + " kernels"};
    }
  }
  orbit.components_ = detail::strong_components(orbit.next_, orbit.size(), k);
  return orbit;
}

}  // namespace statewright::automata
