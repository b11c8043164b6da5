// KqueueSelector will be here: kqueue for the Apple systems and the BSDs, with the files of MioEpoll
// under kqueue's name. Until then the module is empty, and there to be named in a manifest.
