import SDEICommands

await RootCommand.start()
