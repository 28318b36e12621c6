/* gram-catalogue.c: the datasets that are known by name
 *
 * SPDX-License-Identifier: MIT
 *
 * A checksum is listed only if it was computed from the file itself. The others are NULL, and the
 * user who downloads such a file is told that it cannot be verified.
 */
#include "gram-catalogue.h"

#include <string.h>

#include "gram-name.h"

#define NONE ((const char *const[]){ NULL })
#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define FILES(...) ((const GramCatalogueFile[]){ __VA_ARGS__, { NULL, 0, NULL } })

static const GramCatalogueEntry entries[] = {
  { .id = "glyphs",
    .title = "Glyphs",
    .summary = "Drawn digits, built in: as many as asked for, nothing to download",
    .licence = "Part of Gramscope (MIT)",
    .citation = "",
    .class_names = NAMES ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    .width = 28,
    .height = 28,
    .channels = 1,
    .built_in = TRUE,
    .places = NONE,
    .tell_tales = NONE,
    .mirrors = NONE,
    .files = (const GramCatalogueFile[]){ { NULL, 0, NULL } } },
  { .id = "mnist",
    .title = "MNIST",
    .summary = "Handwritten digits: 60,000 + 10,000 images of 28 × 28",
    .licence = "Its authors state no licence",
    .citation = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to "
                "document recognition. Proceedings of the IEEE 86(11), 1998",
    .class_names = NAMES ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    .width = 28,
    .height = 28,
    .channels = 1,
    .places = NAMES ("mnist", "MNIST", "MNIST/raw", "mnist.npz"),
    .tell_tales =
        NAMES ("train-images-idx3-ubyte", "train-images.idx3-ubyte", "t10k-images-idx3-ubyte"),
    .mirrors = NAMES ("https://ossci-datasets.s3.amazonaws.com/mnist/",
                      "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    .files = FILES ({ "train-images-idx3-ubyte.gz", 9912422,
                      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609" },
                    { "train-labels-idx1-ubyte.gz", 28881,
                      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c" },
                    { "t10k-images-idx3-ubyte.gz", 1648877,
                      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6" },
                    { "t10k-labels-idx1-ubyte.gz", 4542,
                      "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6" }) },
  { .id = "fashion-mnist",
    .title = "Fashion-MNIST",
    .summary = "Articles of clothing: 60,000 + 10,000 images of 28 × 28",
    .licence = "MIT",
    .citation = "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for "
                "benchmarking machine learning algorithms. arXiv:1708.07747, 2017",
    .class_names = NAMES ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                          "Sneaker", "Bag", "Ankle boot"),
    .width = 28,
    .height = 28,
    .channels = 1,
    .places = NAMES ("fashion-mnist", "FashionMNIST", "FashionMNIST/raw", "fashion_mnist",
                     "fashion-mnist.npz"),
    .tell_tales = NAMES ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    .shares_tell_tales = TRUE,
    .path_word = "fashion",
    .mirrors = NAMES ("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"),
    .files =
        FILES ({ "train-images-idx3-ubyte.gz", 0, NULL }, { "train-labels-idx1-ubyte.gz", 0, NULL },
               { "t10k-images-idx3-ubyte.gz", 0, NULL },
               { "t10k-labels-idx1-ubyte.gz", 0, NULL }) },
  { .id = "kmnist",
    .title = "KMNIST",
    .summary = "Cursive Japanese characters: 60,000 + 10,000 images of 28 × 28",
    .licence = "CC BY-SA 4.0",
    .citation = "T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: Deep "
                "learning for classical Japanese literature. arXiv:1812.01718, 2018",
    .class_names = NAMES ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    .width = 28,
    .height = 28,
    .channels = 1,
    .places = NAMES ("kmnist", "KMNIST", "KMNIST/raw", "kmnist.npz"),
    .tell_tales = NAMES ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    .shares_tell_tales = TRUE,
    .path_word = "kmnist",
    .mirrors = NAMES ("https://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
    .files =
        FILES ({ "train-images-idx3-ubyte.gz", 0, NULL }, { "train-labels-idx1-ubyte.gz", 0, NULL },
               { "t10k-images-idx3-ubyte.gz", 0, NULL },
               { "t10k-labels-idx1-ubyte.gz", 0, NULL }) },
  { .id = "cifar10",
    .title = "CIFAR-10",
    .summary = "Photographs of ten kinds of things: 50,000 + 10,000 images of 32 × 32 × 3",
    .licence = "Its authors state no licence",
    .citation = "A. Krizhevsky: Learning multiple layers of features from tiny images. Technical "
                "report, University of Toronto, 2009",
    .class_names = NAMES ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse",
                          "ship", "truck"),
    .width = 32,
    .height = 32,
    .channels = 3,
    .places = NAMES ("cifar10", "cifar-10", "cifar-10-batches-bin", "cifar-10-batches-py",
                     "cifar-10-binary.tar.gz", "cifar-10-python.tar.gz", "cifar-10-binary.tar",
                     "cifar-10-python.tar", "cifar10.npz", "cifar-10-pair01"),
    .tell_tales = NAMES ("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                         "test_batch.bin", "data_batch_1", "test_batch"),
    .layout = "cifar",
    .mirrors = NAMES ("https://www.cs.toronto.edu/~kriz/"),
    .files = FILES ({ "cifar-10-binary.tar.gz", 0, NULL }) },
  { .id = "cifar100",
    .title = "CIFAR-100",
    .summary = "Photographs of a hundred kinds of things: 50,000 + 10,000 images of 32 × 32 × 3",
    .licence = "Its authors state no licence",
    .citation = "A. Krizhevsky: Learning multiple layers of features from tiny images. Technical "
                "report, University of Toronto, 2009",
    .class_names =
        NAMES ("apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle",
               "bicycle", "bottle", "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can",
               "castle", "caterpillar", "cattle", "chair", "chimpanzee", "clock", "cloud",
               "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant",
               "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
               "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man", "maple_tree",
               "motorcycle", "mountain", "mouse", "mushroom", "oak_tree", "orange", "orchid",
               "otter", "palm_tree", "pear", "pickup_truck", "pine_tree", "plain", "plate", "poppy",
               "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket", "rose", "sea",
               "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
               "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone",
               "television", "tiger", "tractor", "train", "trout", "tulip", "turtle", "wardrobe",
               "whale", "willow_tree", "wolf", "woman", "worm"),
    .width = 32,
    .height = 32,
    .channels = 3,
    .places = NAMES ("cifar100", "cifar-100", "cifar-100-binary", "cifar-100-python",
                     "cifar-100-binary.tar.gz", "cifar-100-python.tar.gz", "cifar100.npz"),
    .tell_tales = NAMES ("train.bin", "test.bin", "train", "test"),
    .layout = "cifar",
    .mirrors = NAMES ("https://www.cs.toronto.edu/~kriz/"),
    .files = FILES ({ "cifar-100-binary.tar.gz", 0, NULL }) },
};

guint
gram_catalogue_count (void)
{
  return G_N_ELEMENTS (entries);
}

/**
 * gram_catalogue_get:
 *
 * Returns: (transfer none): entry @index, the built-in one first
 */
const GramCatalogueEntry *
gram_catalogue_get (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (entries), NULL);
  return &entries[index];
}

/**
 * gram_catalogue_lookup:
 * @id: "mnist"; letter case aside
 *
 * Returns: (transfer none) (nullable)
 */
const GramCatalogueEntry *
gram_catalogue_lookup (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      if (g_ascii_strcasecmp (entries[i].id, id) == 0)
        return &entries[i];
    }
  return NULL;
}

/* Whether the end of @path is a usual place of the dataset, or its last name has its word. */
static gboolean
is_named_in (const GramCatalogueEntry *entry, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);

  for (const char *const *place = entry->places; *place != NULL; place++)
    {
      gssize at = (gssize) strlen (path) - (gssize) strlen (*place);

      if (at > 0 && path[at - 1] == '/' && g_ascii_strcasecmp (path + at, *place) == 0)
        return TRUE;
    }
  return entry->path_word != NULL && gram_name_find (base, entry->path_word) != NULL;
}

/**
 * gram_catalogue_guess:
 * @path: where data lie that were opened by path, not by a name of the catalogue
 * @layout: (nullable): see #GramDraft
 *
 * The name of a folder says what is in it, and that of a file; those of the folders above say
 * nothing.
 *
 * Returns: (transfer none) (nullable): the dataset that the data seem to be, which lends them the
 *   names of its classes; %NULL when they may be two
 */
const GramCatalogueEntry *
gram_catalogue_guess (const char *path, const char *layout, guint n_classes)
{
  g_autofree char *full = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);
  gboolean is_file = !g_file_test (full, G_FILE_TEST_IS_DIR);
  const GramCatalogueEntry *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      const GramCatalogueEntry *entry = &entries[i];
      gboolean alike = layout != NULL
                           ? g_strcmp0 (entry->layout, layout) == 0
                           : is_named_in (entry, full) || (is_file && is_named_in (entry, folder));

      if (!alike || g_strv_length ((GStrv) entry->class_names) != n_classes)
        continue;
      if (found != NULL)
        return NULL;
      found = entry;
    }
  return found;
}

/**
 * gram_catalogue_list_names:
 *
 * Returns: (transfer full): "glyphs, mnist, …"
 */
char *
gram_catalogue_list_names (void)
{
  const char *names[G_N_ELEMENTS (entries) + 1] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    names[i] = entries[i].id;
  return g_strjoinv (", ", (GStrv) names);
}

/**
 * gram_catalogue_is_verified:
 *
 * Returns: whether the checksums of all files of @entry are known
 */
gboolean
gram_catalogue_is_verified (const GramCatalogueEntry *entry)
{
  for (const GramCatalogueFile *file = entry->files; file->name != NULL; file++)
    {
      if (file->sha256 == NULL)
        return FALSE;
    }
  return TRUE;
}
