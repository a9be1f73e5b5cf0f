"""Everyday words of money, building, clubs, books, devices, stays, gardens and health: English|German|French|Chinese."""

from __future__ import annotations

CONCEPTS = """
spend|ausgeben|dépenser|花了,花费,花掉,花钱
carry,carries,load|tragen,trägt,last,tragkraft|porter,charge|承重,载重
share,shares|anteil|part,parts|份额,股份
royalty,royalties|tantieme,honorar|droits d'auteur|版税
honorarium,fee|honorar|honoraires|酬金,翻译费,稿费
edition,print run|auflage,ausgabe|édition,tirage|首印,加印,印数
launch,premiere|buchvorstellung,premiere,vernissage|lancement|首发式,首发,发布会
postponed,delayed,delay|verschoben,verspätet,verspätung|reporté,repoussé,retard,retardé|推迟,延期,延误
increase,increased,raised,rises|erhöhung,erhöht,steigt,gestiegen|augmentation,augmenté,hausse|上涨,涨价,提高,增加
decrease,reduced,lowered|senkung,gesenkt,gesunken|baisse,baissé,réduit|下降,降低,减少
grant,subsidy,allowance|zuschuss,zuschüsse,förderung|subvention,indemnité|补贴,补助
donation,donate,donated|spende,gespendet|don,dons|捐款,捐赠
crowdfunding|crowdfunding|financement participatif|众筹
goal,target|ziel|objectif|目标
result|ergebnis|résultat|结果
percent,percentage|prozent|pourcentage,pour cent|百分之,百分比
turnover,revenue|umsatz|chiffre d'affaires|营业额
profit|gewinn|bénéfice|利润,盈利
loss|verlust|perte|亏损,损失
premium|prämie|prime|保费
dues,membership fee|beitrag,mitgliedsbeitrag|cotisation|会费
instalment|rate,raten|mensualité|分期,月供
withheld|einbehalten|retenu|扣除,扣了
hire,rental|mieten,gemietet|location,louer,loué|租用,租车,租赁
landlady|vermieterin|propriétaire,logeuse|房东
notice period|kündigungsfrist|préavis|通知期
handover,hand over,handed|übergabe,übergeben|remise,remis,remettre|交钥匙,移交,交房,交付
owner,owns,ownership|eigentum,eigentümer,besitzer|propriétaire,propriété|业主,房主,产权
estate agent,realtor|makler|agent immobilier|房产中介
land register|grundbuch|livre foncier,cadastre|土地登记
surveyor,survey,expert|gutachter,gutachten|expert,expertise|鉴定,勘察
report|bericht|rapport,compte rendu|报告
architect|architekt|architecte|建筑师
construction,building site|baustelle,bauarbeiten|chantier,travaux|工地,施工
project|projekt|projet|项目
heat pump|wärmepumpe|pompe à chaleur|热泵
solar|solar,photovoltaik|solaire,photovoltaïque|太阳能
tank,cistern|tank,zisterne|cuve,citerne,réservoir|水箱
tile,tiles|ziegel,fliese|tuile,carrelage|瓦片,瓷砖
scaffold,scaffolding|gerüst|échafaudage|脚手架
beam,rafter|balken,sparren|poutre,chevron|横梁
gutter,downpipe|regenrinne,fallrohr|gouttière|雨水槽,排水管
crack,cracked|riss,gerissen|fissure,fissuré|裂缝,裂开
hole|loch,löcher|trou|窟窿,洞口
insulation,insulated|dämmung,gedämmt,isolierung|isolation|保温,隔热
parquet,floorboards|parkett,dielen|parquet,plancher|木地板,地板
scratch,dent|kratzer,macke,delle|rayure,griffure|划痕,刮痕
fence|zaun,zäune|clôture|篱笆,栅栏
desk|schreibtisch|bureau|书桌,写字台
armchair|sessel|fauteuil|扶手椅
bench|sitzbank,bank|banc|长椅,长凳
oak|eiche|chêne|橡木,橡树
playground,schoolyard,school yard|spielplatz,schulhof|aire de jeux,cour d'école,cour de récréation|操场,游乐场
kindergarten,nursery,daycare|kita,kindergarten,krippe|crèche,maternelle|幼儿园,托儿所
conductor,conduct,conducting|dirigent,dirigieren,dirigiert,chorleiter|diriger,dirige,chef de chœur|指挥
rehearsal,rehearse|probe,proben,geprobt|répétition,répéter|排练
singer,sing,sings,sang|sänger,singen,gesungen|chanteur,chanteuse,chanter|歌手,唱歌,演唱
voice|stimme|voix|嗓子,声音
ballot,votes|stimmzettel,stimmen|voix,bulletin|选票,得票
minutes|protokoll|procès-verbal,compte rendu|会议记录,纪要
agenda|tagesordnung|ordre du jour|议程
decision,decide,decided|beschluss,beschlossen,entscheidung,entschieden|décision,décidé|决定,决议
treasurer,treasury|kasse,kassenwart|trésorier,caisse|财务,出纳
successor|nachfolger|successeur|继任,接替
staff,employee|mitarbeiter,angestellte|employé,salarié|员工,职员
trainee,intern,apprentice|praktikant,azubi,lehrling|stagiaire,apprenti|实习生,学徒
probation,trial period|probezeit|période d'essai|试用期
home office,telework,from home|homeoffice,heimarbeit|télétravail|在家办公,居家办公,远程办公
interview|vorstellungsgespräch|entretien|面试
resume,cv|lebenslauf|curriculum|简历
degree,diploma|diplom,abschluss|diplôme|文凭,学位
award,prize|preis,auszeichnung|prix,récompense|获奖,奖项
competition,contest|wettbewerb|concours|比赛,竞赛
interpreter|dolmetscher|interprète|口译
sworn|vereidigt,beeidigt|assermenté|宣誓
bookshop,bookstore|buchhandlung,buchladen|librairie|书店
title|titel|titre|书名,标题
cover|umschlag,einband|couverture|封面
chapter|kapitel|chapitre|章节
drawing,draw,drew|zeichnung,zeichnen,gezeichnet|dessin,dessiner,dessiné|绘画,图画
mistake,correction,corrected|korrektur,korrigiert|correction,corrigé,faute|校对,改正
draft|entwurf|brouillon,ébauche|草稿
poem|gedicht|poème|诗歌
prepare,prepared|vorbereiten,vorbereitet|préparer,préparé|准备
network,router|netz,netzwerk,router|réseau,routeur|网络,路由器
fibre,fiber|glasfaser|fibre|光纤
disk,hard drive|festplatte|disque dur,disque|硬盘,磁盘
server|server|serveur|服务器
file,folder|datei,ordner|fichier,dossier|文件夹,文件
website|webseite,internetseite|site web,site internet|网站,网址
email|mail,e-mail|courriel,e-mail|邮件,邮箱
message|nachricht,sms|message,sms|短信,消息
permit,permission|genehmigung,erlaubnis|permis,autorisation|许可,批准
allowed,forbidden|erlaubt,verboten|autorisé,interdit,admis|允许,禁止
measured,measure|gemessen,messen|mesuré,mesurer|测量
microscope|mikroskop|microscope|显微镜
accommodation,lodging,overnight|unterkunft,übernachtung|hébergement,nuitée|住宿,过夜
guest house,hostel,inn|pension,herberge,gasthof|gîte,auberge,chambre d'hôtes|旅馆,民宿,客栈,旅店
half board,full board|halbpension,vollpension|demi-pension,pension complète|包餐
check-in|anreise,einchecken|arrivée|入住
check-out|abreise,auschecken|départ|退房
towel|handtuch,handtücher|serviette|毛巾
sheets,bed linen|bettwäsche,laken|draps|床单
rail,railway|bahn,eisenbahn|chemin de fer,ferroviaire|铁路,火车
coach|reisebus|autocar|大巴
weekend|wochenende|week-end,weekend|周末
cargo bike|lastenrad,lastenfahrrad|vélo cargo,vélo-cargo|货运自行车,载货自行车
helmet|helm|casque|头盔
chain|kette|chaîne|链条
frame|rahmen|cadre|车架,框架
wide,width|breit,breite|largeur,large|宽度,多宽
height|höhe|hauteur|高度,多高
deep,depth|tief,tiefe|profondeur,profond|深度,多深
heavy|schwer|lourd|多重,沉重
kilo,kilogram|kilo,kilogramm|kilo|公斤,千克
litre,liter|liter|litre|公升
kilometre,kilometer,distance|kilometer,entfernung|kilomètre,distance|公里,距离
bake,bakes,baked|backen,backt,bäckt,gebacken|cuire,pâtisserie|烘焙,烤
speech,toast|rede,ansprache|discours|致辞,讲话
slides,slideshow|diaschau,dias|diaporama,diapositive|幻灯片
opera|oper,opern|opéra|歌剧
help,helped,helper|helfen,hilfe,geholfen,helfer|aider,aidé|帮忙,帮助
piece,pieces|stück|pièce,morceau|件数
blood group,blood type|blutgruppe|groupe sanguin|血型
antibiotic,penicillin|antibiotikum,antibiotika,penicillin|antibiotique,pénicilline|抗生素,青霉素
hay fever,pollen|heuschnupfen,pollen|rhume des foins,pollen|花粉症,花粉
injury,injured,wound|verletzung,verletzt,wunde|blessure,blessé|受伤,伤口
physiotherapy,physio|physiotherapie,krankengymnastik,physio|kiné,kinésithérapie|理疗,物理治疗
filling,crown|füllung,krone|plombage,couronne|牙冠,补牙
chest|brust|poitrine,poitrail|胸部,胸口
fur,tabby|fell,getigert|pelage,poil,tigré|毛色,皮毛
shelter|tierheim|refuge|收容所
adopt,adopted,adoption|adoptieren,adoptiert,adoption|adopter,adopté,adoption|领养,收养
kitten|kätzchen|chaton|小猫
puppy|welpe|chiot|小狗
microchip|chip|puce|芯片
grave,buried|grab,begraben|tombe,enterré|埋葬,坟墓
nephew|neffe|neveu|侄子,外甥
niece|nichte|nièce|侄女,外甥女
godmother,godfather|patin,pate|marraine,parrain|教母,教父
moss|moos|mousse|苔藓
quince|quitte|coing|榅桲
fig,figs|feige|figue|无花果
raspberry|himbeere|framboise|覆盆子
currant|johannisbeere|groseille|醋栗
lemon|zitrone|citron|柠檬
jelly|gelee|gelée|果冻
jar,jars|glas,gläser|bocal,bocaux,pot|罐头
compost|kompost|compost|堆肥
hedge|hecke|haie|树篱
pond|teich|étang|池塘
stream,brook|bach,bäche|ruisseau|小溪
nest|nest|nid|鸟巢
mushroom|pilz|champignon|蘑菇
garlic|knoblauch|ail|大蒜
lentil|linse|lentille|扁豆
chocolate|schokolade|chocolat|巧克力
ice cream|eis|glace|冰淇淋
yeast|hefe|levure|酵母
vinegar|essig|vinaigre|白醋
spice|gewürz|épice|香料
vegetarian|vegetarisch,vegetarier|végétarien|素食
glove|handschuh|gant|手套
scarf|schal|écharpe|围巾
sew,sewing|nähen,genäht|coudre,couture|缝纫
knit,knitted,knitting|stricken,gestrickt|tricoter,tricot|编织
"""
